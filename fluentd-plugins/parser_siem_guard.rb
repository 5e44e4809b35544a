require 'fluent/plugin/parser'

# Parses by the parser inside it. What that one refuses, or cannot read the time of, is only logged by in_tail, with all
# that it says; here it becomes a record too, with the line, the reason, and the moment as its time.
class Fluent::Plugin::SiemGuardParser < Fluent::Plugin::Parser
  Fluent::Plugin.register_parser('siem_guard', self)
  # What a line is that the parser takes, for the reason.
  config_param :expected, :string
  # Whether a line with bytes that are no UTF-8 is refused.
  config_param :strict_encoding, :bool, default: false
  config_section :parse, param_name: :inner_config, required: true, multi: false do
    config_param :@type, :string
  end

  def configure(conf)
    super
    inner = conf.elements('parse').first
    @inner = Fluent::Plugin.new_parser(inner['@type'], parent: owner)
    @inner.configure(inner)
  end

  def parse(text)
    return yield(*refused(text, 'not valid UTF-8')) if @strict_encoding && !text.dup.force_encoding('UTF-8').valid_encoding?
    @inner.parse(text) { |time, record| time && record ? yield(time, record) : yield(*refused(text, "not #{@expected}")) }
  rescue Fluent::Plugin::Parser::ParserError
    yield(*refused(text, 'unreadable time stamp'))
  end

  private

  def refused(text, reason)
    [Fluent::EventTime.now, { 'unmatched_line' => text, '_refused' => reason }]
  end
end
