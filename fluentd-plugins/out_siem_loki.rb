# frozen_string_literal: true

require 'delegate'
require 'fluent/plugin/out_http'
require 'yajl'

module Fluent
  module Plugin
    # Delivers to Loki by the HTTP output of Fluentd: one JSON document a request, in which the records of equal labels
    # stand together. A chunk holds one line a record: its labels, a tab, and its entry, both as JSON.
    class SiemLokiOutput < HTTPOutput
      Fluent::Plugin.register_output('siem_loki', self)
      helpers :record_accessor

      # What the chunk sends instead of its lines.
      class Push < SimpleDelegator
        def read
          entries = super.each_line(chomp: true).map { |line| line.split("\t", 2) }
          streams = entries.group_by(&:first).map do |labels, lines|
            %({"stream":#{labels},"values":[#{lines.map(&:last).join(',')}]})
          end
          %({"streams":[#{streams.join(',')}]})
        end
      end

      config_param :static_labels, :hash, default: {}
      # Name to record accessors with commas between them, the first that a record has; without any it gets no label.
      config_param :record_labels, :hash, default: {}
      config_param :structured_metadata, :hash, default: {}

      def configure(conf)
        super
        @label_fields, @metadata_fields = [@record_labels, @structured_metadata].map do |fields|
          fields.transform_values { |paths| paths.split(',').map { |path| record_accessor_create(path) } }
        end
      end

      def format(_tag, time, record)
        labels = @static_labels.merge(texts(@label_fields, record))
        entry = [(time.to_r * 1_000_000_000).to_i.to_s, Yajl.dump(record)]
        metadata = texts(@metadata_fields, record)
        "#{Yajl.dump(labels)}\t#{Yajl.dump(metadata.empty? ? entry : [*entry, metadata])}\n"
      end

      # Fluentd looks for it in the class itself.
      def write(chunk)
        super
      end

      private

      def create_request(chunk, uri)
        super(Push.new(chunk), uri)
      end

      def texts(fields, record)
        found = fields.transform_values { |ways| ways.lazy.filter_map { |way| way.call(record) }.first }
        found.reject { |_, value| value.nil? || value == '' }.transform_values(&:to_s)
      end
    end
  end
end
