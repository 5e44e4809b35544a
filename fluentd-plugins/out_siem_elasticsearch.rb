# frozen_string_literal: true

require 'delegate'
require 'fileutils'
require 'fluent/plugin/out_elasticsearch'
require 'yajl'

module Fluent
  module Plugin
    # The client of Elasticsearch, but a document that the server refuses for what it holds is kept where Fluentd keeps
    # deliveries that were refused as a whole, instead of only being written to the log.
    class SiemElasticsearchOutput < ElasticsearchOutput
      Fluent::Plugin.register_output('siem_elasticsearch', self)

      # The router, as the client's error handler sees it.
      class Keeper < SimpleDelegator
        def initialize(router, directory)
          super(router)
          @directory = directory
        end

        def emit_error_event(tag, time, record, error)
          FileUtils.mkdir_p(@directory)
          line = Yajl.dump('tag' => tag, 'time' => time.to_f, 'error' => error.message, 'record' => record)
          path = File.join(@directory, "documents-#{Time.now.utc.strftime('%Y%m%d%H%M')}.log")
          File.open(path, 'ab') { |file| file.write("#{line}\n") }
        end
      end

      # Fluentd looks for it in the class itself.
      def write(chunk)
        super
      end

      def router
        @keeper ||= Keeper.new(super, File.join(system_config.root_dir, 'backup', "worker#{fluentd_worker_id}", plugin_id))
      end
    end
  end
end
