// Calls Dirty Host with nothing but Go's standard library: go run client.go SOCKET
package main

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net"
	"os"
)

type reply struct {
	Type         string
	Result, Data json.RawMessage
	Error        *struct {
		Type    string `json:"error_type"`
		Message string
		Details struct{ Executed string }
	}
}

// call hands each chunk of a stream on, and returns the last reply. One call at a time: the id is free again after.
func call(socket net.Conn, app, action string, args []any, chunk func(json.RawMessage)) (*reply, error) {
	message := map[string]any{"type": "request", "id": 1, "app_path": app, "action": action, "args": args}
	request, _ := json.Marshal(message)
	if _, err := socket.Write(append(binary.BigEndian.AppendUint32(nil, uint32(len(request))), request...)); err != nil {
		return nil, err
	}
	for {
		var length uint32
		var answer reply
		err := binary.Read(socket, binary.BigEndian, &length)
		if err == nil {
			err = json.NewDecoder(io.LimitReader(socket, int64(length))).Decode(&answer)
		}
		if err != nil {
			return nil, err
		} else if answer.Type != "chunk" {
			return &answer, nil
		}
		chunk(answer.Data)
	}
}

func main() {
	socket, err := net.Dial("unix", os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	print := func(data json.RawMessage) { fmt.Printf("stream: %s\n", data) }
	if answer, err := call(socket, "echo", "echo", []any{"hello"}, print); err == nil {
		fmt.Printf("call: %s\n", answer.Result)
	}
	call(socket, "echo", "count_to", []any{3}, print)
	if answer, err := call(socket, "echo", "shout", []any{"hello"}, print); err == nil && answer.Error != nil {
		fmt.Printf("error: %q %q\n", answer.Error.Type, answer.Error.Details.Executed)
	}
}
