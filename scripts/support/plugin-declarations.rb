# Prints, as JSON, what each plugin named on standard input (`kind:type`, one a line) declares: parameters, sections and
# arguments in one line of text, as src/model/fluentd/plugin-schema.ts reads it. A plugin that cannot be loaded is null.
require 'json'
require 'fluent/log'
require 'fluent/engine'
require 'fluent/plugin'
require 'fluent/system_config'
ServerEngine::DaemonLogger rescue nil
$log = Fluent::Log.new(ServerEngine::DaemonLogger.new(File.open(File::NULL, 'w')))
ARGV.each { |folder| Fluent::Plugin.add_plugin_dir(folder) }

REGISTRIES = {
  'input' => Fluent::Plugin::INPUT_REGISTRY, 'filter' => Fluent::Plugin::FILTER_REGISTRY,
  'output' => Fluent::Plugin::OUTPUT_REGISTRY, 'buffer' => Fluent::Plugin::BUFFER_REGISTRY,
  'parser' => Fluent::Plugin::PARSER_REGISTRY, 'formatter' => Fluent::Plugin::FORMATTER_REGISTRY,
  'storage' => Fluent::Plugin::STORAGE_REGISTRY, 'sd' => Fluent::Plugin::SD_REGISTRY,
}.freeze
# Parameters of every plugin, and the 20 old spellings of grep's conditions.
LEFT_OUT = /\A(?:@.*|(?:regexp|exclude)\d+)\z/

def type_of(options)
  return "enum(#{options[:list].join('|')})" if options[:list]
  (options[:type] || 'any').to_s
end

def param(proxy, name, options)
  return nil if options[:obsoleted] || LEFT_OUT.match?(name.to_s)
  names = options[:alias] ? "#{name}~#{options[:alias]}" : name
  "#{names}:#{type_of(options)}#{proxy.defaults.key?(name) ? '' : '!'}"
end

def section(name, proxy)
  return nil if proxy.params.empty? && proxy.sections.empty? && proxy.argument.nil? && !proxy.required?
  names = proxy.alias ? "#{name}~#{proxy.alias}" : name
  "<#{names}#{proxy.multi? ? '*' : ''}#{proxy.required? ? '!' : ''} #{body(proxy)} >".squeeze(' ')
end

def body(proxy)
  argument = proxy.argument && param(proxy, proxy.argument[0], proxy.argument[2])
  parts = [argument && "(#{argument})"]
  parts += proxy.params.map { |name, (_, options)| param(proxy, name, options) }
  parts += proxy.sections.map { |name, inner| section(name, inner) }
  parts.compact.join(' ')
end

def declaration(id)
  kind, type = id.split(':', 2)
  return body(Fluent::SystemConfig.merged_configure_proxy) if kind == 'system'
  found = REGISTRIES.fetch(kind).lookup(type)
  found = found.call.class if found.is_a?(Proc)
  body(found.merged_configure_proxy)
rescue LoadError, StandardError => e
  warn "#{id}: #{e.message.lines.first}" unless e.is_a?(Fluent::NotFoundPluginError)
  nil
end

puts JSON.generate(STDIN.read.split.to_h { |id| [id, declaration(id)] })
