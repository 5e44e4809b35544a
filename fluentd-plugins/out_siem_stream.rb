# frozen_string_literal: true

require 'fluent/plugin/output'
require 'ipaddr'
require 'openssl'
require 'socket'
require 'timeout'

module Fluent
  module Plugin
    # Sends payloads over TLS, framed. The protocols that are spoken this way have no acknowledgement, so every delivery
    # has a connection of its own: it counts when the receiver, told that no more comes, has taken every byte and closed its
    # end. Linux resets a connection that is closed with bytes unread, so one that refuses or dies is told from that.
    class SiemStreamOutput < Output
      Fluent::Plugin.register_output('siem_stream', self)

      CONNECT_SECONDS = 10
      # Of Linux: bytes that the other side has not taken, and the state of a connection that it has closed.
      TIOCOUTQ = 0x5411
      CLOSE_WAIT = 8

      config_param :host, :string
      config_param :port, :integer
      config_param :framing, :enum, list: %i[octets newline nul]
      config_param :ca_file, :string, default: nil
      config_param :cert_file, :string, default: nil
      config_param :key_file, :string, default: nil
      # For a whole delivery, the receiver's last word included.
      config_param :delivery_seconds, :integer, default: 60

      def format(_tag, _time, record)
        payload = record['payload'].b
        case @framing
        when :octets then "#{payload.bytesize} ".b + payload
        when :newline then payload.tr("\n", ' ') + "\n"
        else payload.tr("\0", ' ') + "\0"
        end
      end

      def write(chunk)
        Timeout.timeout(@delivery_seconds) do
          tcp = Socket.tcp(@host, @port, connect_timeout: CONNECT_SECONDS)
          begin
            deliver(OpenSSL::SSL::SSLSocket.new(tcp, context), chunk)
            raise 'the receiver ended the connection before it had read everything' unless taken?(tcp)
          ensure
            tcp.close
          end
        end
      end

      private

      def deliver(tls, chunk)
        tls.hostname = @host unless address?
        tls.connect
        tls.post_connection_check(@host)
        chunk.open { |io| IO.copy_stream(io, tls) }
        tls.flush
        tls.send(:stop)
        loop { tls.sysread(16_384) }
      rescue EOFError
        # It said that it is done.
      rescue OpenSSL::SSL::SSLError => e
        # Many end without saying so.
        raise unless e.message.include?('unexpected eof')
      end

      def taken?(tcp)
        tcp.read
        left = [0].pack('i')
        tcp.ioctl(TIOCOUTQ, left)
        state = tcp.getsockopt(Socket::IPPROTO_TCP, Socket::TCP_INFO).data.getbyte(0)
        state == CLOSE_WAIT && left.unpack1('i').zero?
      end

      def context
        @context ||= OpenSSL::SSL::SSLContext.new.tap do |context|
          context.set_params(verify_mode: OpenSSL::SSL::VERIFY_PEER, min_version: OpenSSL::SSL::TLS1_2_VERSION,
                             **(@ca_file ? { ca_file: @ca_file } : {}))
          next unless @cert_file

          certificate, *chain = OpenSSL::X509::Certificate.load_file(@cert_file)
          context.add_certificate(certificate, OpenSSL::PKey.read(File.read(@key_file)), chain)
        end
      end

      def address?
        IPAddr.new(@host) && true
      rescue IPAddr::Error
        false
      end
    end
  end
end
