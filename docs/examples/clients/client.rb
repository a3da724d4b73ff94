#!/usr/bin/env ruby
# Calls Dirty Host with nothing but Ruby's standard library: ruby client.rb SOCKET
require "json"
require "socket"

# What the host says of a call that failed.
class DirtyError < StandardError
  attr_reader :type, :details

  def initialize(error)
    super(error["message"])
    @type, @details = error.values_at("error_type", "details")
  end
end

# A connection to a host, for one call at a time.
class Dirty
  def initialize(path)
    @socket = UNIXSocket.new(path)
    @last_id = 0
  end

  # Calls an action, and yields each chunk of a stream. Returns the result.
  def call(app, action, *args, **kwargs)
    id = @last_id += 1
    request = { type: "request", id: id, app_path: app, action: action, args: args, kwargs: kwargs }.to_json
    @socket.write([request.bytesize].pack("N"), request)
    loop do
      reply = JSON.parse(receive(receive(4).unpack1("N")))
      case reply["type"]
      when "chunk" then yield reply["data"] if block_given?
      when "error" then raise DirtyError, reply["error"]
      else return reply["result"]
      end
    end
  end

  private

  def receive(count)
    bytes = @socket.read(count)
    raise EOFError, "the host has closed the connection" if bytes.nil? || bytes.bytesize < count

    bytes
  end
end

dirty = Dirty.new(ARGV.fetch(0))
puts "call: #{dirty.call("echo", "echo", "hello").to_json}"
dirty.call("echo", "count_to", 3) { |chunk| puts "stream: #{chunk.to_json}" }
begin
  dirty.call("echo", "shout", "hello")
rescue DirtyError => error
  puts "error: #{error.type.to_json} #{error.details["executed"].to_json}"
end
