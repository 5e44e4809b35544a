require 'fluent/plugin/filter'

# Writes every record anew by a table of JSON: the first kind whose conditions hold says where each field comes from.
class Fluent::Plugin::SiemMapFilter < Fluent::Plugin::Filter
  Fluent::Plugin.register_filter('siem_map', self)
  config_param :table, :hash
  Event = Struct.new(:tag, :time, :record, :read)
  IP = /\A(?:\d{1,3}(?:\.\d{1,3}){3}|(?=.{2,45}\z)\h{0,4}(?::\h{0,4}){2,7}(?::\d{1,3}(?:\.\d{1,3}){3})?)\z/

  # What is made of a value that is there; the second is the source as it stands in the table.
  CHANGES = {
    'last' => ->(found, _) { found.is_a?(Array) ? found.last : found },
    'named' => ->(found, _) { Array(found).map { |name| { 'name' => name } } },
    'text' => ->(found, _) { found.is_a?(String) ? found : Yajl.dump(found).scrub },
    'integer' => ->(found, _) { Integer(found.to_s, 10, exception: false) },
    'address' => ->(found, _) { found if IP.match?(found.to_s) },
    'part' => ->(found, from) { from['pattern'].match(found.to_s)&.[](1) },
    'lookup' => ->(found, from) { from['in'].fetch(found.to_s, from['otherwise']) },
    'steps' => ->(found, from) { from['from'].find { |least, _| found >= least }&.last if found.is_a?(Numeric) },
    'milliseconds' => ->(found, _) { (Time.iso8601(found.to_s).to_r * 1000).to_i rescue nil },
  }.freeze

  def configure(conf)
    super
    @readings = @table['readings'].transform_values { |from| [source(from['of']), from['patterns']&.map { |text| pattern(text) }] }
    @kinds = @table['kinds'].map do |kind|
      tests = kind['where'].map { |test| [source(test['of']), test['in']] }
      [tests, kind['fields'].map { |name, from| [name.split('.'), source(from)] }]
    end
  end

  def filter(tag, time, record)
    event = Event.new(tag, time, record, {})
    _, fields = @kinds.find { |tests, _| tests.all? { |of, wanted| (found = of.call(event)) && (wanted.nil? || wanted.include?(found)) } }
    fields.each_with_object({}) do |((*path, last), from), made|
      found = from.call(event)
      path.inject(made) { |inner, key| inner[key] ||= {} }[last] = found unless found.nil?
    end
  end

  private

  # A source of the table as a function of the event.
  def source(from)
    kind, of = from.first
    case kind
    when 'value' then ->(_) { of }
    when 'path' then ->(event) { inside(event.record, of) }
    when 'read' then ->(event) { inside(event.read[of] ||= read(@readings[of], event), from['path']) }
    when 'tag' then ->(event) { event.tag }
    when 'time' then ->(event) { (Time.at(event.time).to_r * 1000).to_i }
    when 'record' then ->(event) { Yajl.dump(event.record).scrub }
    when 'first' then first(of.map { |each| source(each) })
    when 'list' then all(of) { |found| found.flatten.compact.uniq.then { |list| list unless list.empty? } }
    when 'join' then all(of) { |found| found.join(from['with']) if found.all? }
    when 'object' then all(of.values) { |found| of.keys.zip(found).reject { |_, each| each.nil? }.to_h.then { |made| made unless made.empty? } }
    when 'given' then all([of, from['then']]) { |met, found| found unless met.nil? }
    else changed(CHANGES.fetch(kind), source(of), from.key?('pattern') ? from.merge('pattern' => pattern(from['pattern'])) : from)
    end
  end

  def first(inner)
    lambda do |event|
      inner.each { |each| (found = each.call(event)).nil? or return found }
      nil
    end
  end

  def all(sources)
    inner = sources.map { |from| source(from) }
    ->(event) { yield inner.map { |each| each.call(event) } }
  end

  def changed(change, inner, from)
    ->(event) { inner.call(event).then { |found| change.call(found, from) unless found.nil? } }
  end

  def inside(found, path)
    path.each { |key| found = found.is_a?(Hash) ? found[key] : (return nil) }
    found
  end

  # What a text says: the groups of the first pattern that fits it, or without patterns the object that it is as JSON.
  def read((of, patterns), event)
    text = of.call(event)
    return {} unless text.is_a?(String)
    return patterns.lazy.filter_map { |each| each.match(text)&.named_captures }.first || {} if patterns

    found = Yajl.load(text) rescue nil
    found.is_a?(Hash) ? found : {}
  end

  def pattern(text)
    Regexp.new(text, Regexp::MULTILINE)
  end
end
