// Calls Dirty Host with nothing but Java 17: java Client.java SOCKET
import java.io.*;
import java.net.*;
import java.nio.channels.*;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import java.util.regex.*;

class Client {
    private final DataInputStream in;
    private final DataOutputStream out;

    Client(String path) throws IOException {
        SocketChannel socket = SocketChannel.open(UnixDomainSocketAddress.of(path));
        in = new DataInputStream(new BufferedInputStream(Channels.newInputStream(socket)));
        out = new DataOutputStream(new BufferedOutputStream(Channels.newOutputStream(socket)));
    }

    /** Calls an action, its arguments being JSON text, and hands on each chunk of a stream. Returns the last reply. */
    String call(String app, String action, String args, Consumer<String> chunk) throws IOException {
        // One call at a time: its id is free again once it is answered.
        String call = "{\"type\":\"request\",\"id\":1,\"app_path\":\"%s\",\"action\":\"%s\",\"args\":%s}";
        byte[] request = call.formatted(app, action, args).getBytes(StandardCharsets.UTF_8);
        // A data stream writes and reads integers big-endian, as frames have them.
        out.writeInt(request.length);
        out.write(request);
        out.flush();
        while (true) {
            String reply = new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
            if (!member(reply, "type").equals("\"chunk\"")) return reply;
            chunk.accept(member(reply, "data"));
        }
    }

    /** The value of a member of an object, as JSON text; empty if there is none. */
    static String member(String json, String name) {
        Matcher token = Pattern.compile("\"(?:[^\"\\\\]|\\\\.)*+\"|[\\[\\]{},:]").matcher(json);
        String key = null;
        for (int depth = 0, start = 0; token.find();) {
            char first = token.group().charAt(0);
            if (depth == 1 && first == '"' && key == null) key = token.group();
            if (depth == 1 && first == ':') start = token.end();
            if (depth == 1 && (first == ',' || first == '}')) {
                if (("\"" + name + "\"").equals(key)) return json.substring(start, token.start()).trim();
                key = null;
            }
            depth += first == '{' || first == '[' ? 1 : first == '}' || first == ']' ? -1 : 0;
        }
        return "";
    }

    public static void main(String[] arguments) throws IOException {
        Client client = new Client(arguments[0]);
        System.out.println("call: " + member(client.call("echo", "echo", "[\"hello\"]", chunk -> {}), "result"));
        client.call("echo", "count_to", "[3]", chunk -> System.out.println("stream: " + chunk));
        String error = member(client.call("echo", "shout", "[\"hello\"]", chunk -> {}), "error");
        String executed = member(member(error, "details"), "executed");
        System.out.println("error: " + member(error, "error_type") + " " + executed);
    }
}
