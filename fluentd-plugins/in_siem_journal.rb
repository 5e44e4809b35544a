require 'fluent/plugin/in_systemd'

# Reads the journal like its parent, which ends for good after it was refused for some three minutes: this one waits for
# room in the buffer as long as it takes, and keeps its place.
class Fluent::Plugin::SiemJournalInput < Fluent::Plugin::SystemdInput
  Fluent::Plugin.register_input('siem_journal', self)

  private

  def emit(entry)
    router.emit(@tag, Fluent::EventTime.from_time(entry.realtime_timestamp), formatted(entry))
  rescue Fluent::Plugin::Buffer::BufferOverflowError
    # Returned from, the entry would count as read.
    raise unless @running
    sleep 1
    retry
  end
end
