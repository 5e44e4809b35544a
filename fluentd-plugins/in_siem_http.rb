# frozen_string_literal: true

require 'fluent/plugin/in_http'
require 'openssl'
require 'prometheus/client'

module Fluent
  module Plugin
    # The HTTP input, for senders outside the stack: the whole body is one record under a tag of ours, whatever path,
    # parameters and headers say. A sender without the token is refused and counted, and nothing of it is kept.
    class SiemHttpInput < HttpInput
      Fluent::Plugin.register_input('siem_http', self)

      REFUSED = :siem_refused_requests_total

      config_param :tag, :string
      # Asked for in `?token=` or as a bearer token; without it TLS alone decides who may send.
      config_param :token, :string, default: nil, secret: true

      def configure(conf)
        super
        raise ConfigError, "'token' is empty" if @token&.empty?

        metrics = ::Prometheus::Client.registry
        @refused = metrics.get(REFUSED) ||
                   metrics.counter(REFUSED, docstring: 'requests without the right token', labels: [:plugin_id])
        @refused.init_label_set(plugin_id: plugin_id)
      end

      def on_request(_path, params)
        return super("/#{@tag}", params.slice(EVENT_RECORD_PARAMETER)) if @token.nil? || token?(params)

        @refused.increment(labels: { plugin_id: plugin_id })
        ['403 Forbidden', RES_TEXT_HEADER, '']
      end

      private

      def token?(params)
        bearer = params['HTTP_AUTHORIZATION'].to_s[/\ABearer (.*)\z/, 1]
        [params['token'], bearer].grep(String).any? { |given| OpenSSL.secure_compare(given, @token) }
      end
    end
  end
end
