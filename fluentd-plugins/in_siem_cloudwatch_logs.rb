# frozen_string_literal: true

require 'fluent/plugin/in_cloudwatch_logs'

module Fluent
  module Plugin
    # Reads log streams page by page, and remembers a page only when its records stand in the buffers. The plugin that
    # this is made from remembers first, reads one page of a stream an interval, and takes the process down with any
    # answer it did not expect.
    class SiemCloudwatchLogsInput < CloudwatchLogsInput
      Fluent::Plugin.register_input('siem_cloudwatch_logs', self)

      # Of one stream before the next has its turn.
      PAGES = 20

      # How far back the first start reads, in seconds.
      config_param :lookback, :time, default: 3600

      private

      def run
        until @finished
          has_more = safely('the log group') { streams.map { |stream| safely(stream) { read(stream) } }.any? }
          @fetch_interval.ceil.times { sleep 1 unless @finished } unless has_more
        end
      end

      # What the service answers, or a full buffer, is met again at the next turn.
      def safely(what)
        yield
      rescue StandardError => e
        log.warn 'could not read', what: what, error: e
        false
      end

      def streams
        describe_log_streams(@log_stream_name).map(&:log_stream_name)
      end

      # Whether there is more than these pages.
      def read(stream)
        PAGES.times.all? { !@finished && page(stream) }
      end

      def page(stream)
        token, last = @next_token_storage.get(stream)
        from = token ? {} : { start_time: last || since }
        answer = @logs.get_log_events(log_group_name: @log_group_name, log_stream_name: stream, start_from_head: true,
                                      next_token: token, **from)
        emit_page(answer.events)
        return false if answer.next_forward_token == token

        @next_token_storage.put(stream, [answer.next_forward_token, answer.events.map(&:timestamp).max || last])
        true
      rescue Aws::CloudWatchLogs::Errors::InvalidParameterException
        raise unless token

        # Tokens end after a day; the time of the last event goes on from there.
        @next_token_storage.put(stream, [nil, last])
        true
      end

      def since
        @next_token_storage.get('since') || ((Time.now.to_f - @lookback) * 1000).floor.tap do |time|
          @next_token_storage.put('since', time)
        end
      end

      def emit_page(events)
        return if events.empty?

        records = MultiEventStream.new
        events.each { |event| records.add(EventTime.new(event.timestamp / 1000), 'message' => event.message) }
        router.emit_stream(@tag, records)
      end
    end
  end
end
