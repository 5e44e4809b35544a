require 'fluent/plugin/filter'
require 'prometheus/client'

# Leaves out what need not be shipped: bodies of audit events above a level, and records of rules, which it drops or samples.
# Alerts, canaries and quarantined lines pass as they are. Everything that is left out is counted.
class Fluent::Plugin::SiemReduceFilter < Fluent::Plugin::Filter
  Fluent::Plugin.register_filter('siem_reduce', self)
  config_param :rules, :array, default: []
  config_param :bodies, :array, default: []
  config_param :level, :string, default: nil
  config_param :alert_tag, :string
  SHARES = 1 << 30

  def configure(conf)
    super
    @counted = counter(:siem_shipping_left_out_total, 'Records and bodies that were left out before the destinations', %i[rule what])
    @rules.each { |rule| rule['where'].each { |test| test['in'] = test['in'].to_h { |value| [value, true] } if test.key?('in') } }
    @rules.each { |rule| @counted.increment(by: 0, labels: { rule: rule['name'], what: 'record' }) }
  end

  def filter(tag, _time, record)
    origin = record['siem']
    return record if tag == @alert_tag || !origin.is_a?(Hash) || origin['canary'] || origin['quarantine']

    rule = @rules.find { |each| each['source'] == origin['source'] && each['where'].all? { |test| holds?(test, record) } }
    return without_bodies(record) if rule.nil?
    unless kept?(rule['keep'], record)
      @counted.increment(labels: { rule: rule['name'], what: 'record' })
      return nil
    end
    without_bodies(record.merge('siem' => origin.merge('sampled' => { 'rule' => rule['name'], 'keep' => rule['keep'] })))
  end

  private

  # Stages of one request stay together. `hash` is keyed anew in every process, so no client can choose an id that is left out.
  def kept?(share, record)
    (record['auditID'] || rand).hash % SHARES < share * SHARES
  end

  def holds?(test, record)
    found = test['path'].inject(record) { |inner, key| inner.is_a?(Hash) ? inner[key] : (return test['absent'] == true) }
    return test['absent'] == true if found.nil?
    return test['in'].key?(found) if test.key?('in')
    return found.is_a?(Numeric) && found < test['below'] if test.key?('below')
    return found.to_s.start_with?(*test['starts']) if test.key?('starts')

    test.key?('contains') && test['contains'].any? { |part| found.to_s.include?(part) }
  end

  def without_bodies(record)
    return record unless @bodies.any? { |name| record.key?(name) }

    held = @bodies.select { |name| record.key?(name) }
    held.each { |name| @counted.increment(labels: { rule: "bodies above #{@level}", what: name }) }
    record.reject { |name, _| held.include?(name) }.merge('level' => @level, 'siem' => record['siem'].merge('recorded_level' => record['level']))
  end

  def counter(name, text, labels)
    registry = ::Prometheus::Client.registry
    registry.get(name) || registry.counter(name, docstring: text, labels: labels)
  end
end
