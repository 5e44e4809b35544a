# frozen_string_literal: true

require 'fluent/plugin/filter'
require 'json'
require 'time'

module Fluent
  module Plugin
    # Takes the text of `message` out of its envelope: each object in it becomes a record of its own, with its own time.
    # What cannot be read is passed on as text with the reason. Nothing that stands in a text makes this raise.
    class SiemUnwrapFilter < Filter
      Fluent::Plugin.register_filter('siem_unwrap', self)

      # More than any API server writes: depth of an event, events of a delivery.
      NESTING = 100
      ITEMS = 50_000
      QUARANTINE_BYTES = 65_536
      # What msgpack or JSON cannot carry on stands in such a text only: huge numbers, halves of characters.
      SUSPECT = /\d{19}|\d[eE]\+?\d{3}|\\u[dD][89a-fA-F]/

      config_param :envelope, :enum, list: %i[plain items records pubsub]
      config_param :origin, :hash
      # No buffer takes a longer record.
      config_param :record_size_limit, :size

      def filter_stream(_tag, stream)
        MultiEventStream.new.tap do |out|
          stream.each { |time, record| unwrap(record['message'].to_s.dup.force_encoding('UTF-8').scrub, time, out) }
        end
      end

      private

      def unwrap(text, time, out)
        good, bad = items(text).partition { |item| carries?(item, text) }
        good.each { |item| out.add(time_of(item) || time, item.merge('siem' => @origin)) }
        quarantine("#{bad.size} of #{good.size + bad.size} items cannot be carried on", text, time, out) unless bad.empty?
      rescue JSON::ParserError, ArgumentError, NoMethodError, TypeError => e
        quarantine(e.message.scrub[0, 200], text, time, out)
      end

      def items(text)
        body = JSON.parse(text, max_nesting: NESTING)
        body = JSON.parse(payload(body), max_nesting: NESTING) if @envelope == :pubsub
        body = body.fetch(@envelope.to_s, body) if %i[items records].include?(@envelope) && body.is_a?(Hash)
        list = body.is_a?(Array) ? body : [body]
        list.size <= ITEMS ? list : raise(ArgumentError, "#{list.size} items, more than #{ITEMS}")
      end

      def payload(body)
        body.dig('message', 'data').unpack1('m0').force_encoding('UTF-8').scrub
      end

      def carries?(item, text)
        item.is_a?(Hash) && (!SUSPECT.match?(text) || sound?(item)) &&
          (text.bytesize <= @record_size_limit || item.to_json.bytesize <= @record_size_limit)
      end

      def sound?(value)
        case value
        when Hash, Array then value.to_a.flatten(1).all? { |member| sound?(member) }
        when String then value.valid_encoding?
        when Integer then value.bit_length < 64
        when Float then value.finite?
        else true
        end
      end

      def time_of(item)
        stamp = item.values_at('stageTimestamp', 'timestamp', 'time').find { |value| value.is_a?(String) }
        time = EventTime.from_time(Time.iso8601(stamp.to_s))
        time if time.to_i.between?(0, 2**32 - 1)
      rescue ArgumentError
        nil
      end

      def quarantine(reason, text, time, out)
        message = text.byteslice(0, QUARANTINE_BYTES).scrub('')
        out.add(time, 'message' => message, 'siem' => @origin.merge('quarantine' => { 'reason' => reason }))
      end
    end
  end
end
