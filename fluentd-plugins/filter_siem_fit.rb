# frozen_string_literal: true

require 'fluent/plugin/filter'
require 'prometheus/client'
require 'yajl'

module Fluent
  module Plugin
    # Makes records fit: of one whose JSON is above the limit the largest fields go, texts keep their head. `siem.shortened` names
    # them, and the record is counted. A record that fits passes as it is; others share no part with what came in, since
    # other destinations hold the same parts.
    class SiemFitFilter < Filter
      Fluent::Plugin.register_filter('siem_fit', self)

      # JSON writes a byte as six characters at most, and MessagePack never fewer than the byte.
      WORST_GROWTH = 6
      # For `siem.shortened` itself.
      ROOM = 1024
      NAMED_FIELDS = 20

      config_param :limit_bytes, :size
      config_param :destination, :string

      def start
        super
        registry = ::Prometheus::Client.registry
        text = 'Records that lost fields to fit the largest record that a destination takes.'
        @shortened = registry.get(:siem_destination_shortened_records_total) ||
               registry.counter(:siem_destination_shortened_records_total, docstring: text, labels: [:destination])
        @shortened.increment(by: 0, labels: { destination: @destination })
      end

      def filter(_tag, _time, record)
        return record if record.to_msgpack.bytesize * WORST_GROWTH <= @limit_bytes || size(record) <= @limit_bytes

        @shortened.increment(labels: { destination: @destination })
        shortened(record)
      end

      private

      def size(value)
        Yajl.dump(value).bytesize
      end

      def shortened(record)
        origin = record['siem'].is_a?(Hash) ? record['siem'] : {}
        rest = record.reject { |key, _| key == 'siem' }
        names = []
        while (excess = size(rest) + size(origin) + ROOM - @limit_bytes).positive? && !rest.empty?
          rest = smaller(rest, excess, [], names)
        end
        rest.merge('siem' => origin.merge('shortened' => names.uniq.first(NAMED_FIELDS).map { |name| name.byteslice(0, 40).scrub }))
      end

      def smaller(hash, excess, path, names)
        key, value = hash.max_by { |_, held| size(held) }
        here = path + [key]
        return hash.merge(key => smaller(value, excess, here, names)) if value.is_a?(Hash) && value.size > 1

        names << here.join('.')
        keep = value.is_a?(String) ? value.bytesize - excess : 0
        keep.positive? ? hash.merge(key => value.byteslice(0, keep).scrub('')) : hash.reject { |other, _| other == key }
      end
    end
  end
end
