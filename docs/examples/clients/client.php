<?php
// Calls Dirty Host with nothing but PHP: php client.php SOCKET
declare(strict_types=1);

/** What the host says of a call that failed. */
class DirtyError extends RuntimeException
{
    public function __construct(public readonly array $error)
    {
        parent::__construct($error['message']);
    }
}

/** A connection to a host, for one call at a time. */
class Dirty
{
    private $socket;
    private int $lastID = 0;

    public function __construct(string $path)
    {
        $this->socket = stream_socket_client("unix://$path") ?: throw new RuntimeException("can't connect to $path");
    }

    /** Calls an action; gives each chunk of a stream, and returns the result of another. */
    public function call(string $app, string $action, array $args = []): Generator
    {
        $request = json_encode([
            'type' => 'request', 'id' => ++$this->lastID, 'app_path' => $app, 'action' => $action, 'args' => $args,
        ], JSON_THROW_ON_ERROR);
        fwrite($this->socket, pack('N', strlen($request)) . $request);
        while (true) {
            $length = unpack('N', $this->receive(4))[1];
            $reply = json_decode($this->receive($length), true, 513, JSON_THROW_ON_ERROR);
            if ($reply['type'] === 'error') throw new DirtyError($reply['error']);
            if ($reply['type'] !== 'chunk') return $reply['result'] ?? null;
            yield $reply['data'];
        }
    }

    private function receive(int $count): string
    {
        $bytes = stream_get_contents($this->socket, $count);
        return strlen($bytes) === $count ? $bytes : throw new RuntimeException('the host has closed the connection');
    }
}

$dirty = new Dirty($argv[1]);
$call = $dirty->call('echo', 'echo', ['hello']);
foreach ($call as $_);
echo 'call: ', json_encode($call->getReturn()), "\n";
foreach ($dirty->call('echo', 'count_to', [3]) as $chunk) echo 'stream: ', json_encode($chunk), "\n";
try {
    foreach ($dirty->call('echo', 'shout', ['hello']) as $_);
} catch (DirtyError $failed) {
    ['error_type' => $type, 'details' => ['executed' => $executed]] = $failed->error;
    echo 'error: ', json_encode($type), ' ', json_encode($executed), "\n";
}
