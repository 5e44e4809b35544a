# frozen_string_literal: true

require 'fluent/plugin/filter'
require 'yajl'

module Fluent
  module Plugin
    # Writes every record as the one text that its destination gets, in the field `payload`. A text above the limit is
    # written anew without the largest fields of its record (of a text the head stays), which `siem.shortened` names; the
    # field `shortened` beside the payload lets them be counted.
    class SiemFrameFilter < Filter
      Fluent::Plugin.register_filter('siem_frame', self)

      HEAD_BYTES = 1024
      NAMED_FIELDS = 20
      SEVERITIES = { 'critical' => 2, 'high' => 3, 'medium' => 4, 'low' => 5 }.freeze
      INFORMATIONAL = 6
      # The log audit facility of RFC 5424.
      FACILITY = 13

      config_param :shape, :enum, list: %i[json rfc3164 rfc5424 gelf], default: :json
      config_param :limit_bytes, :size
      config_param :program, :string, default: 'siem'

      def filter(_tag, time, record)
        text = frame(time, record)
        return { 'payload' => text } if text.bytesize <= @limit_bytes

        { 'payload' => shortened(time, record, text.bytesize), 'shortened' => 1 }
      end

      private

      def frame(time, record)
        body = Yajl.dump(record).force_encoding('UTF-8').scrub
        return body if @shape == :json

        origin = record['siem'].is_a?(Hash) ? record['siem'] : {}
        level = SEVERITIES.fetch(record['severity'].to_s, INFORMATIONAL)
        host = printable(origin['node'] || origin['cluster'] || record['cluster'], 255)
        return Yajl.dump(gelf(time, record, origin, body, [level, host])).force_encoding('UTF-8').scrub if @shape == :gelf

        "<#{FACILITY * 8 + level}>#{header(Time.at(time).utc, host, printable(origin['source'] || 'alert', 32))}#{body}"
      end

      def header(at, host, message_id)
        return "1 #{at.strftime('%Y-%m-%dT%H:%M:%S.%6NZ')} #{host} #{@program} - #{message_id} - " if @shape == :rfc5424

        "#{at.strftime('%b %e %H:%M:%S')} #{host} #{@program}: "
      end

      def gelf(time, record, origin, body, (level, host))
        short = record.values_at('summary', 'message', 'requestURI', 'auditID').find { |text| text.is_a?(String) && !text.strip.empty? }
        named = { 'siem' => origin, 'kubernetes' => record['kubernetes'], 'objectRef' => record['objectRef'], 'user' => record['user'] }
        nested = named.flat_map { |name, inner| inner.is_a?(Hash) ? inner.map { |key, value| ["#{name}_#{key}", value] } : [] }
        fields = (record.to_a + nested).select { |key, value| field?(key, value) }.to_h { |key, value| ["_#{key}", value] }
        { 'version' => '1.1', 'host' => host, 'short_message' => (short || 'record').byteslice(0, HEAD_BYTES).scrub(''),
          'timestamp' => time.to_r.round(6).to_f, 'level' => level, 'full_message' => body }.merge(fields)
      end

      # What a server takes as an additional field; `_id` is its own.
      def field?(key, value)
        key.match?(/\A[\w.-]{1,100}\z/) && key != 'id' && (value.is_a?(Numeric) || (value.is_a?(String) && value.bytesize <= HEAD_BYTES))
      end

      def printable(text, length)
        clean = text.to_s.gsub(/[^\x21-\x7e]/, '_')[0, length]
        clean.empty? ? '-' : clean
      end

      def shortened(time, record, size)
        rest, cut = record.dup, []
        sizes = record.to_h { |key, value| [key, Yajl.dump(value).bytesize] }
        # The text of a field takes more inside another text.
        scale = size.to_f / [sizes.values.sum, 1].max
        largest = sizes.reject { |key, _| key == 'siem' }.sort_by { |_, bytes| -bytes }
        largest.each do |key, bytes|
          cut << key
          value = rest.delete(key)
          rest[key] = value.byteslice(0, HEAD_BYTES).scrub('') if value.is_a?(String)
          size -= scale * [bytes - (rest.key?(key) ? HEAD_BYTES : 0), 0].max
          next if size > @limit_bytes && cut.size < largest.size

          text = frame(time, named(rest, record['siem'], cut))
          return text if text.bytesize <= @limit_bytes
        end
        frame(time, named({}, record['siem'], ['*']))
      end

      def named(rest, origin, cut)
        names = cut.first(NAMED_FIELDS).map { |key| key.byteslice(0, 100).scrub('') }
        rest.merge('siem' => (origin.is_a?(Hash) ? origin : {}).merge('shortened' => names))
      end
    end
  end
end
