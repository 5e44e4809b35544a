# frozen_string_literal: true

require 'fluent/plugin/filter'
require 'json'
require 'time'

module Fluent
  module Plugin
    # Takes the text of `message` out of its envelope: each object in it becomes a record of its own, with its own time.
    # What cannot be read is passed on as text with the reason. Nothing that stands in the text makes it raise.
    class SiemUnwrapFilter < Filter
      Fluent::Plugin.register_filter('siem_unwrap', self)

      # Deeper and longer than anything an API server writes.
      NESTING = 100
      ITEMS = 50_000
      QUARANTINE_BYTES = 65_536
      TIME_KEYS = %w[stageTimestamp timestamp time].freeze
      # Only a text like this can hold what msgpack or JSON cannot carry on: huge numbers, halves of characters.
      SUSPECT = /\d{19}|\d[eE]\+?\d{3}|\\u[dD][89a-fA-F]/.freeze

      config_param :envelope, :enum, list: %i[plain items records pubsub]
      config_param :origin, :hash
      # No buffer takes a record beyond this.
      config_param :record_size_limit, :size

      def filter_stream(_tag, stream)
        records = MultiEventStream.new
        stream.each { |time, record| unwrap(record['message'].to_s.dup.force_encoding('UTF-8'), time, records) }
        records
      end

      private

      def unwrap(text, time, records)
        good, bad = items(text).partition { |item| carries?(item, text) }
        good.each { |item| records.add(time_of(item) || time, item.merge('siem' => @origin)) }
        quarantine(text, "#{bad.size} of #{good.size + bad.size} items cannot be carried on", time, records) if bad.any?
      rescue JSON::ParserError, ArgumentError, EncodingError => e
        quarantine(text, e.message.scrub[0, 200], time, records)
      end

      def items(text)
        body = parse(text)
        body = parse(body.dig('message', 'data').unpack1('m0').force_encoding('UTF-8')) if @envelope == :pubsub
        list = %i[items records].include?(@envelope) && body.is_a?(Hash) ? body.fetch(@envelope.to_s, body) : body
        list = [list] unless list.is_a?(Array)
        list.size > ITEMS ? raise(ArgumentError, "#{list.size} items, more than #{ITEMS}") : list
      rescue NoMethodError, TypeError
        raise ArgumentError, 'no such envelope'
      end

      def parse(text)
        JSON.parse(text, max_nesting: NESTING)
      end

      def carries?(item, text)
        return false unless item.is_a?(Hash) && (text.bytesize <= @record_size_limit || item.to_json.bytesize <= @record_size_limit)

        !SUSPECT.match?(text) || sound?(item)
      end

      def sound?(value)
        case value
        when Hash then value.all? { |key, member| sound?(key) && sound?(member) }
        when Array then value.all? { |member| sound?(member) }
        when String then value.valid_encoding?
        when Integer then value.bit_length < 64
        when Float then value.finite?
        else true
        end
      end

      def time_of(item)
        EventTime.from_time(Time.iso8601(item.values_at(*TIME_KEYS).grep(String).first.to_s))
      rescue ArgumentError
        nil
      end

      def quarantine(text, reason, time, records)
        message = text.byteslice(0, QUARANTINE_BYTES).scrub
        records.add(time, 'message' => message, 'siem' => @origin.merge('quarantine' => { 'reason' => reason }))
      end
    end
  end
end
