require 'fluent/plugin/output'

# Hands on what a parser took, and after it the lines that it refused: when the buffer of the first is full, the tail
# repeats the batch, and the refused lines must not have been taken before.
class Fluent::Plugin::SiemSortOutput < Fluent::Plugin::Output
  Fluent::Plugin.register_output('siem_sort', self)
  helpers :event_emitter
  # Field that marks a refused line.
  config_param :refused_key, :string
  config_section :refused, required: true, multi: false do
    config_param :@label, :string
  end

  def start
    super
    @refused_router = event_emitter_router(@refused[:@label])
  end

  def multi_workers_ready?
    true
  end

  def process(tag, stream)
    taken, refused = split(stream)
    router.emit_stream(tag, taken) unless taken.empty?
    @refused_router.emit_stream(tag, refused) unless refused.nil?
  end

  private

  # Nearly always, nothing is refused, and the stream goes on as it came.
  def split(stream)
    return [stream, nil] unless stream.any? { |_, record| record.key?(@refused_key) }

    taken = Fluent::MultiEventStream.new
    refused = Fluent::MultiEventStream.new
    stream.each { |time, record| (record.key?(@refused_key) ? refused : taken).add(time, record) }
    [taken, refused]
  end
end
