# frozen_string_literal: true

require 'fluent/plugin/out_gcs'

module Fluent
  module Plugin
    # The plugin that this is made from asks the service when it starts, so that Fluentd does not start while it is away,
    # and needs the right to delete for a repeated upload. Here the first delivery connects, and an object that stands
    # under the chunk's name already is this chunk.
    class SiemGcsOutput < GCSOutput
      Fluent::Plugin.register_output('siem_gcs', self)

      # Base URL of the service, where it is not Google's own.
      config_param :endpoint, :string, default: nil

      def start
        Output.instance_method(:start).bind_call(self)
      end

      # Fluentd asks the class itself for its methods.
      def format(tag, time, record)
        super
      end

      def write(chunk)
        path = generate_path(chunk)
        @object_creator.create(chunk) do |object|
          options = { content_type: @object_creator.content_type, content_encoding: @object_creator.content_encoding }
          bucket.upload_file(object.path, path, if_generation_match: 0, storage_class: @storage_class, **options)
        end
      rescue Google::Cloud::FailedPreconditionError
        log.info 'the object of this chunk is there already', path: path
      end

      private

      def bucket
        @gcs_bucket ||= Google::Cloud::Storage.new(
          project: @project, keyfile: @credentials, retries: @client_retries, timeout: @client_timeout,
          endpoint: @endpoint && "#{@endpoint.chomp('/')}/"
        ).bucket(@bucket, skip_lookup: true)
      rescue Google::Auth::InitializationError
        # The library remembers for ever that the metadata service did not answer.
        Google::Cloud.env.compute_metadata.reset_existence!
        raise
      end
    end
  end
end
