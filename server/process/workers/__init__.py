"""Several processes that serve on one port: Python decides on one core a process.

supervisor (the parent): reads and checks the rules, migrates the database, reserves the port, serves nothing
    | channel: one socket each: rules down, answers up; its end is the order to stop
worker × n: `server.process.app` on the shared port (SO_REUSEPORT: the kernel deals out connections)

New rules serve in all processes or in none: each compiles the same texts, and they switch once all of them
have. A worker that dies is started again with the rules that the others serve.
"""
