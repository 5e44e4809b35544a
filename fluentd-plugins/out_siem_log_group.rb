# frozen_string_literal: true

require 'fluent/plugin/out_cloudwatch_logs'
require 'prometheus/client'

module Fluent
  module Plugin
    # The plugin that this is made from repeats what is throttled by itself, in pauses that double without a bound or until
    # it is discarded, and cannot be stopped meanwhile. Here the buffer repeats it, and what the service takes and drops is
    # counted.
    class SiemLogGroupOutput < CloudwatchLogsOutput
      Fluent::Plugin.register_output('siem_log_group', self)

      config_param :destination, :string

      def start
        super
        registry = ::Prometheus::Client.registry
        text = 'Records that a log group took and dropped, as too old, too new or expired.'
        @dropped = registry.get(:siem_destination_dropped_records_total) ||
                   registry.counter(:siem_destination_dropped_records_total, docstring: text, labels: [:destination])
        @dropped.increment(by: 0, labels: { destination: @destination })
      end

      # Fluentd asks the class itself for its methods.
      def format(tag, time, record)
        super
      end

      def write(chunk)
        super
      end

      private

      def put_events(group, stream, events, _bytes)
        answer = @logs.put_log_events(log_group_name: group, log_stream_name: stream, log_events: events)
        dropped = dropped_of(answer.rejected_log_events_info, events.size)
        return if dropped.zero?

        log.warn 'the log group dropped records as too old, too new or expired', count: dropped, log_group: group
        @dropped.increment(by: dropped, labels: { destination: @destination })
      rescue Aws::CloudWatchLogs::Errors::ResourceNotFoundException
        # Somebody deleted the group or the stream: the next attempt makes it again.
        @sequence_tokens.clear
        raise
      end

      # Events are in the order of their times: old ones are a head, new ones a tail.
      def dropped_of(info, count)
        return 0 unless info

        old = [info.too_old_log_event_end_index, info.expired_log_event_end_index].compact.max || 0
        (info.too_new_log_event_start_index || count).then { |fresh| old + count - fresh }
      end
    end
  end
end
