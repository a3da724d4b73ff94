#!/usr/bin/env perl
# Calls Dirty Host with nothing but Perl's own modules: perl client.pl SOCKET
use strict;
use warnings;
use IO::Socket::UNIX;
use JSON::PP;

my $json   = JSON::PP->new->utf8->canonical->allow_nonref;
my $socket = IO::Socket::UNIX->new(Peer => $ARGV[0] // die "usage: client.pl SOCKET\n") or die "$ARGV[0]: $!\n";
my $last_id = 0;

sub receive {
    my ($count) = @_;
    (read($socket, my $bytes, $count) // 0) == $count or die "the host has closed the connection\n";
    return $bytes;
}

# Calls an action, and hands each chunk of a stream to a function. Returns the result; dies with the host's error.
sub call {
    my ($app, $action, $args, $chunk) = @_;
    my $id = ++$last_id;
    my $request = {type => 'request', id => $id, app_path => $app, action => $action, args => $args};
    print {$socket} pack('N/a*', $json->encode($request));
    $socket->flush;
    while (1) {
        my $reply = $json->decode(receive(unpack('N', receive(4))));
        die $reply->{error} if $reply->{type} eq 'error';
        return $reply->{result} if $reply->{type} ne 'chunk';
        $chunk->($reply->{data});
    }
}

print 'call: ', $json->encode(call('echo', 'echo', ['hello'])), "\n";

call('echo', 'count_to', [3], sub { print 'stream: ', $json->encode($_[0]), "\n" });

eval { call('echo', 'shout', ['hello']) };
my $error = $@;
print 'error: ', join(' ', map { $json->encode($_) } $error->{error_type}, $error->{details}{executed}), "\n";
