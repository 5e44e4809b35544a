require 'fluent/plugin/filter'
require 'openssl'
require 'prometheus/client'

# Replaces secrets in every text of a record by a mark, and chosen values by pseudonyms that stay comparable.
# Each pattern reads a text in linear time: what it repeats is possessive or bounded, and no two matches begin in one run.
class Fluent::Plugin::SiemRedactFilter < Fluent::Plugin::Filter
  Fluent::Plugin.register_filter('siem_redact', self)
  config_param :secrets, :bool
  config_param :pseudonyms, :array, default: []
  config_param :addresses, :bool, default: false
  config_param :key, :string, default: nil, secret: true
  config_param :alert_tag, :string
  MARK = '[redacted]'.freeze
  DEEPEST = 100
  SHORTEST = 6
  # Field names that are remembered.
  MOST_NAMES = 10_000
  NAME = '(?:pass(?:word|wd|phrase)|pwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|credentials)'.freeze
  HELD = '["\']?\s{0,3}(?:=>|[=:])\s{0,3}'.freeze
  SECRET_KEY = /#{NAME}\z/i
  LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'.freeze
  HINT = %r{#{NAME}|authorization|bearer|eyJ|://|-----BEGIN|LS0tLS1CRUdJTi|A[KS]IA|AIza|gh[pousr]_|github_pat_|glpat-|xox[abprs]-}i
  SECRETS = [
    /()-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----(?:[^-]++|-(?!----END ))*+(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY-----)?/,
    %r{()LS0tLS1CRUdJTi(?:BSU0EgUFJJVkFURSBLRV|BQUklWQVRFIEtFW|BFQyBQUklWQVRFIEtFW|BPUEVOU1NIIFBSSVZBVEUg)[A-Za-z0-9+/=]*+},
    %r{(authorization\\{0,3}["']?\s{0,3}[=:]\s{0,3}\\{0,3}["']?(?:basic|bearer|token|splunk)\s{1,3})[^\s"'\\,;]++}i,
    %r{((?<![A-Za-z0-9])bearer\s{1,3})(?>[A-Za-z0-9._~+/=-]{16,})}i,
    /()(?<![A-Za-z0-9_-])eyJ(?>[A-Za-z0-9_-]{8,})\.[A-Za-z0-9_-]*+(?:\.[A-Za-z0-9_-]*+)?/,
    /()(?<![A-Za-z0-9])(?:A[KS]IA[A-Z0-9]{16}|AIza[A-Za-z0-9_-]{35}|gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_[A-Za-z0-9_]{22,255}|glpat-[A-Za-z0-9_-]{20,255}|xox[abprs]-[A-Za-z0-9-]{10,255})/,
    %r{(://(?>[^\s/:@"']{0,256}):)(?>[^\s/@"']{1,256})(?=@)},
    /(#{NAME}\\{1,3}["']\s{0,3}:\s{0,3}\\{1,3}["'])(?:[^"'\\]|\\(?!["']))++/i,
    /(#{NAME}#{HELD}(["']))(?:(?!\2)[^\\]|\\.)++/im,
    /(#{NAME}#{HELD})(?!["'\\\s\[{])[^\s,;&"'\\}\]]++/i,
    /(--?#{NAME}\s{1,3})(?![\s"'-])[^\s"',]++/i,
    /("name\\{0,3}"\s{0,2}:\s{0,2}\\{0,3}"[^"\\]{0,80}?#{NAME}\\{0,3}"\s{0,2},\s{0,2}\\{0,3}"value\\{0,3}"\s{0,2}:\s{0,2}\\{0,3}")[^"\\]++/i,
  ].freeze
  ADDRESS = /(?<![\h:.])(?:\d{1,3}(?:\.\d{1,3}){3}(?![\d.])|(?>\h{0,4}(?::\h{0,4}){3,7})(?![\h:]))/

  def configure(conf)
    super
    raise Fluent::ConfigError, 'pseudonyms need a key' if @key.to_s.empty? && (@addresses || !@pseudonyms.empty?)

    @names = {}
    registry = ::Prometheus::Client.registry
    name = :siem_shipping_redacted_total
    @counted = registry.get(name) || registry.counter(name, docstring: 'Texts in which something was replaced before the destinations', labels: %i[what])
    %w[secret pseudonym].each { |what| @counted.increment(by: 0, labels: { what: what }) }
  end

  def filter(tag, _time, record)
    chosen = tag == @alert_tag ? [] : @pseudonyms.flat_map { |path| Array(inside(record, path)) }.grep(String).uniq
    whole = chosen.to_h { |value| [value, pseudonym(value)] }
    parts = chosen.select { |value| value.length >= SHORTEST }
    @within = parts.empty? ? nil : /(?<!\w)(?:#{Regexp.union(parts.sort_by { |value| -value.length })})(?!\w)/
    @whole, @is_alert = whole, tag == @alert_tag
    made = rewritten(record, 0, secret_object?(record), nil)
    @pseudonyms.each { |path| made = replaced(made, path) } unless whole.empty?
    made
  end

  private

  def rewritten(value, depth, of_secret, name)
    case value
    when String then text(value, name)
    when Hash then depth > DEEPEST ? MARK : object(value, depth, of_secret || secret_object?(value))
    when Array then depth > DEEPEST ? MARK : value.map { |each| rewritten(each, depth + 1, of_secret, name) }
    else value
    end
  end

  def object(value, depth, of_secret)
    value.to_h do |key, inner|
      held = @secrets && hidden?(value, key, inner, of_secret)
      [key, held ? masked(inner, depth) : rewritten(inner, depth + 1, of_secret, key)]
    end
  end

  # Data of a Secret, also in patches of one, and the value of an environment variable whose name speaks of a secret.
  def hidden?(object, key, inner, of_secret)
    return true if of_secret && (%w[data stringData].include?(key) || key == LAST_APPLIED || (key == 'value' && object.key?('op')))

    key == 'value' && inner.is_a?(String) && secret_name?(object['name'])
  end

  def secret_name?(name)
    @names.fetch(name) do
      @names.clear if @names.size >= MOST_NAMES
      @names[name] = name.is_a?(String) && SECRET_KEY.match?(name.scrub)
    end
  end

  def secret_object?(value)
    %w[Secret SecretList].include?(value['kind']) || inside(value, %w[objectRef resource]) == 'secrets' || value['@type'].to_s.end_with?('.Secret')
  end

  def masked(value, depth)
    case value
    when Hash then depth > DEEPEST ? MARK : value.transform_values { |each| masked(each, depth + 1) }
    when Array then depth > DEEPEST ? MARK : value.map { |each| masked(each, depth + 1) }
    when nil, true, false then value
    else counted('secret', MARK)
    end
  end

  def text(value, name)
    value = value.dup.force_encoding('UTF-8').scrub unless value.encoding == Encoding::UTF_8 && value.valid_encoding?
    return counted('secret', MARK) if @secrets && !value.empty? && secret_name?(name)

    value = without_secrets(value) if @secrets && value.bytesize >= SHORTEST && HINT.match?(value)
    value = counted('pseudonym', value.gsub(@within) { |found| @whole[found] }) if @within&.match?(value)
    value = counted('pseudonym', value.gsub(ADDRESS) { |found| pseudonym(found) }) if @addresses && !@is_alert && ADDRESS.match?(value)
    value
  end

  def without_secrets(value)
    made = SECRETS.inject(value) { |text, pattern| text.gsub(pattern) { "#{$1}#{MARK}" } }
    made == value ? value : counted('secret', made)
  end

  # The value at a path, which is no longer than what is looked for elsewhere, or a list of such.
  def replaced(value, path)
    return @whole.fetch(value, value) if path.empty? && value.is_a?(String)
    return value.map { |each| replaced(each, path) } if value.is_a?(Array)

    value.is_a?(Hash) && value.key?(path.first) ? value.merge(path.first => replaced(value[path.first], path.drop(1))) : value
  end

  def pseudonym(value)
    "pseudonym-#{OpenSSL::HMAC.hexdigest('SHA256', @key, value)[0, 32]}"
  end

  def counted(what, made)
    @counted.increment(labels: { what: what })
    made
  end

  def inside(found, path)
    path.each { |key| found = found.is_a?(Hash) ? found[key] : (return nil) }
    found
  end
end
