# Lines of the CRI log format: `<time> <stdout|stderr> <P|F>[:…] <text>`. Read by position, with the last second in
# mind, because the stock parsers spend most of their time on patterns and stamps.
require 'fluent/plugin/parser'
require 'time'

module Fluent
  module Plugin
    class SiemCriParser < Parser
      Fluent::Plugin.register_parser('siem_cri', self)

      STAMP = /\A(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d{1,9})?(Z|[-+]\d\d:\d\d)\z/n.freeze
      STREAMS = { ' stdout ' => 'stdout', ' stderr ' => 'stderr' }.freeze
      SECOND_LENGTH = 19
      UTF_8 = Encoding::UTF_8

      def initialize
        super
        @second = '-'
      end

      def parse(text)
        stamp_end = text.index(' ')
        stream = stamp_end && STREAMS[text[stamp_end, 8]]
        time = stream && time_of(text[0, stamp_end])
        return yield(nil, nil) if time.nil?

        part = text.getbyte(stamp_end + 8)
        text_start = text.index(' ', stamp_end + 8)
        message = text_start ? text[text_start + 1..-1] : +''
        record = { 'time' => text[0, stamp_end].force_encoding(UTF_8), 'stream' => stream, 'message' => message.force_encoding(UTF_8) }
        record['_part'] = true if part == 80 # P
        yield time, record
      end

      private

      # Many lines are of one second; zeros at the end of a fraction are left out by the runtimes.
      def time_of(stamp)
        unless stamp.start_with?(@second) && stamp.end_with?(@zone)
          match = STAMP.match(stamp)
          return nil if match.nil?

          @seconds = Time.iso8601(match[1] + match[2]).to_i
          @second = match[1]
          @zone = match[2]
        end
        fraction = stamp[SECOND_LENGTH + 1...-@zone.length]
        Fluent::EventTime.new(@seconds, fraction.nil? ? 0 : fraction.ljust(9, '0').to_i)
      rescue ArgumentError
        nil
      end
    end
  end
end
