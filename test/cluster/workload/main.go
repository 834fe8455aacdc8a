// Command workload is what the pods of tests run: a small web server, and commands to look around a container that has no shell.
package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
)

const usage = `workload serve ADDRESS TEXT    answers every request with the text and the pod's name
workload write FILE TEXT       appends a line to a file
workload read FILE             prints a file
workload stat FILE             prints mode, owner and group of a file
workload resolve NAME          prints the addresses of a name
workload get URL               prints what a URL answers
`

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(words []string) error {
	switch {
	case len(words) == 3 && words[0] == "serve":
		return serve(words[1], words[2])
	case len(words) == 3 && words[0] == "write":
		file, err := os.OpenFile(words[1], os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
		if err != nil {
			return err
		}
		defer file.Close()
		_, err = fmt.Fprintln(file, words[2])
		return err
	case len(words) == 2 && words[0] == "read":
		text, err := os.ReadFile(words[1])
		fmt.Print(string(text))
		return err
	case len(words) == 2 && words[0] == "stat":
		var stat syscall.Stat_t
		if err := syscall.Stat(words[1], &stat); err != nil {
			return err
		}
		fmt.Printf("%o %d %d\n", stat.Mode&0o7777, stat.Uid, stat.Gid)
		return nil
	case len(words) == 2 && words[0] == "resolve":
		addresses, err := net.DefaultResolver.LookupHost(context.Background(), words[1])
		fmt.Println(strings.Join(addresses, "\n"))
		return err
	case len(words) == 2 && words[0] == "get":
		answer, err := http.Get(words[1])
		if err != nil {
			return err
		}
		defer answer.Body.Close()
		return answer.Write(os.Stdout)
	}
	return fmt.Errorf("%s", usage)
}

func serve(address, text string) error {
	ending, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	server := &http.Server{Addr: address, Handler: http.HandlerFunc(func(answer http.ResponseWriter, request *http.Request) {
		fmt.Printf("%s %s\n", request.Method, request.URL.Path)
		name, _ := os.Hostname()
		fmt.Fprintf(answer, "%s from %s\n", text, name)
	})}
	go func() {
		<-ending.Done()
		server.Close()
	}()
	fmt.Printf("serving %s\n", address)
	if err := server.ListenAndServe(); err != http.ErrServerClosed {
		return err
	}
	return nil
}
