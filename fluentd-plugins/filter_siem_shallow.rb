require 'fluent/plugin/filter'
require 'prometheus/client'

# Writes as JSON text what lies deeper in a record than a limit. Buffers and the way between two Fluentds hold MessagePack,
# whose reader gives up at 128 levels: one such record in a delivery, and the delivery is refused and repeated for ever.
class Fluent::Plugin::SiemShallowFilter < Fluent::Plugin::Filter
  Fluent::Plugin.register_filter('siem_shallow', self)
  config_param :levels, :integer

  def configure(conf)
    super
    registry = ::Prometheus::Client.registry
    name = :siem_deep_values_total
    @counted = registry.get(name) || registry.counter(name, docstring: 'Values that were written as text because they lay too deep')
  end

  def filter(_tag, _time, record)
    deep?(record, @levels) ? cut(record, @levels) : record
  end

  private

  def deep?(value, left)
    inner = value.is_a?(Hash) ? value.each_value : value
    inner.any? { |each| (each.is_a?(Hash) || each.is_a?(Array)) && (left <= 1 || deep?(each, left - 1)) }
  end

  def cut(value, left)
    return value unless value.is_a?(Hash) || value.is_a?(Array)
    return text(value) if left.zero?

    value.is_a?(Hash) ? value.transform_values { |each| cut(each, left - 1) } : value.map { |each| cut(each, left - 1) }
  end

  def text(value)
    @counted.increment
    JSON.generate(value, max_nesting: 0)
  end
end
