"""How gunicorn serves Focusadmin: read by ``make run``, the demo and any unit file of yours."""

worker_class = "gthread"
workers = 1
threads = 8
graceful_timeout = 5
keepalive = 5
#: Nothing but the command line steers a running server.
control_socket_disable = True
#: A header name with an underscore is refused, never merged into a trusted one.
header_map = "refuse"
#: No header may set the path or the script's name, not even from a neighbour on this machine.
forwarder_headers = ""
