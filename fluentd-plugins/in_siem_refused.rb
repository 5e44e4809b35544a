# frozen_string_literal: true

require 'fluent/plugin/input'
require 'prometheus/client'

module Fluent
  module Plugin
    # Watches over what destinations refused for what it holds: Fluentd keeps such deliveries in the backup directory of
    # its root and neither counts nor bounds them. Here they are counted, and above the limit the oldest are deleted,
    # which is counted too. What an earlier process left is bounded but not counted again.
    class SiemRefusedInput < Input
      Fluent::Plugin.register_input('siem_refused', self)
      helpers :timer

      # A file that was written to later than this, in seconds, may not be whole.
      SETTLED = 1

      config_param :limit_bytes, :size
      config_param :interval, :time, default: 5

      def start
        super
        @refused = metric(:counter, :siem_destination_refused_records_total, 'Records that a destination refused for what they hold.')
        @kept = metric(:gauge, :siem_destination_refused_bytes, 'Refused records that are kept on the disk.')
        @discarded = metric(:counter, :siem_destination_discarded_bytes_total, 'Refused records deleted for want of room.')
        @counted = files.to_h { |path, stat| [path, stat.size] }
        scan
        timer_execute(:siem_refused_scan, @interval) { scan }
      end

      private

      def metric(kind, name, text)
        registry = ::Prometheus::Client.registry
        registry.get(name) || registry.public_send(kind, name, docstring: text, labels: [:destination])
      end

      def files
        Dir.glob(File.join(system_config.root_dir, 'backup', '*', '*', '*.log')).filter_map do |path|
          [path, File.stat(path)]
        rescue Errno::ENOENT
          nil
        end
      end

      def scan
        found = files.sort_by { |path, stat| [stat.mtime, path] }
        found.each { |path, stat| count(path, stat.size) if Time.now - stat.mtime > SETTLED }
        kept = bounded(found)
        @counted.keep_if { |path, _| kept.any? { |other, _| other == path } }
        sizes = (@owners ||= {}).transform_values { 0 }
        kept.each { |path, stat| sizes[owner(path)] = sizes.fetch(owner(path), 0) + stat.size }
        @owners = sizes.each { |id, size| @kept.set(size, labels: { destination: id }) }
      end

      # Deliveries of HTTP outputs are lines of JSON, those of others MessagePack.
      def count(path, size)
        from = @counted.fetch(path, 0)
        return if size <= from

        text = File.binread(path, size - from, from)
        records = text.start_with?('{', '[') ? text.count("\n") : Fluent::MessagePackFactory.unpacker.feed_each(text).count
        @counted[path] = size
        @refused.increment(by: records, labels: { destination: owner(path) })
        log.warn 'a destination refused records for what they hold; they are kept aside', destination: owner(path), records: records, path: path
      end

      def bounded(found)
        total = found.sum { |_, stat| stat.size }
        found.drop_while do |path, stat|
          next false if total <= @limit_bytes

          File.delete(path)
          total -= stat.size
          @discarded.increment(by: stat.size, labels: { destination: owner(path) })
          true
        end
      end

      def owner(path)
        File.basename(File.dirname(path)).delete_prefix('out_')
      end
    end
  end
end
