require 'fluent/plugin/filter'

# What every container's line needs, in one pass: parts joined, the pod named from the path. The stock plugins for it take
# ten times as long as reading and parsing the line.
class Fluent::Plugin::SiemContainerFilter < Fluent::Plugin::Filter
  Fluent::Plugin.register_filter('siem_container', self)
  helpers :event_emitter, :timer

  # `<namespace>_<pod>_<uid>/<container>/<restarts>.log`; none of the names holds an underscore.
  POD = %r{/([^_/]+)_([^_/]+)_([^/]+)/([^/]+)/(\d+)\.log[^/]*\z}.freeze
  NAMES = %w[namespace_name pod_name pod_id container_name].freeze
  # Paths that are remembered; a node has some hundred.
  MOST_PATHS = 10_000

  # Field with the path of the file.
  config_param :path_key, :string
  # Whether `log` holds the text with its line end, as Docker writes it; else `message` does, and `_part` marks a part.
  config_param :docker, :bool, default: false
  # Longest message; a longer one becomes several.
  config_param :message_limit_size, :size
  # Seconds after which a line whose end does not come is passed on without it.
  config_param :part_timeout, :time, default: 60
  # Label that takes such lines.
  config_param :timeout_label, :string

  Begun = Struct.new(:time, :record, :bytes, :since)

  def configure(conf)
    super
    @pods = {}
    @begun = {}
    # The timer has a thread of its own.
    @lock = Mutex.new
  end

  def start
    super
    @timeout_router = event_emitter_router(@timeout_label)
    timer_execute(:siem_container, 5) { pass(Fluent::Clock.now - @part_timeout) }
  end

  def shutdown
    pass(Fluent::Clock.now)
    super
  end

  # Most streams have no part of a line in them and go on as they came.
  def filter_stream(_tag, stream)
    has_parts = !@begun.empty?
    stream.each do |_, record|
      read_docker(record) if @docker
      has_parts ||= record.key?('_part')
      pod = pod_of(record[@path_key])
      record['kubernetes'] = pod if pod
    end
    passed = has_parts ? @lock.synchronize { joined(stream) } : stream
    passed.each { |_, record| clean(record) }
    passed
  end

  private

  def read_docker(record)
    text = record.delete('log').to_s
    record['_part'] = true unless text.end_with?("\n")
    record['message'] = text.chomp
  end

  # A line holds what its writer likes, and a destination that refuses a body for one broken byte would refuse it for
  # ever. A part can end within a character, so parts are joined first.
  def clean(record)
    message = record['message']
    record['message'] = message.scrub unless message.valid_encoding?
    record
  end

  def joined(stream)
    whole = Fluent::MultiEventStream.new
    stream.each { |time, record| join(time, record, whole) }
    whole
  end

  # Adds the message when its line ends here; parts of the two streams of a file come interleaved.
  def join(time, record, whole)
    is_part = record.delete('_part')
    key = [record[@path_key], record['stream']]
    begun = @begun[key]
    if begun && begun.bytes + record['message'].bytesize > @message_limit_size
      whole.add(begun.time, @begun.delete(key).record)
      begun = nil
    end
    return whole.add(time, record) if begun.nil? && !is_part

    begun = add(begun, time, record, key)
    whole.add(begun.time, @begun.delete(key).record) unless is_part
  end

  def add(begun, time, record, key)
    text = record['message']
    return @begun[key] = Begun.new(time, record, text.bytesize, Fluent::Clock.now) if begun.nil?

    begun.record['message'] << text
    begun.bytes += text.bytesize
    begun
  end

  def pod_of(path)
    @pods.fetch(path) do
      @pods.clear if @pods.size >= MOST_PATHS
      match = POD.match(path.to_s)
      @pods[path] = match && NAMES.zip(match.captures).to_h.merge('restart_count' => match[5].to_i).freeze
    end
  end

  # Handed on outside the lock: a full buffer may take its time.
  def pass(before)
    ended = @lock.synchronize do
      keys = @begun.select { |_, begun| begun.since <= before }.keys
      keys.map { |key| @begun.delete(key) }
    end
    ended.each { |begun| @timeout_router.emit('kube.container', begun.time, clean(begun.record)) }
  end
end
