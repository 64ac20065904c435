"""A DEALER that sends back whatever comes: what ZeroMQ costs without a protocol. Argument: the endpoint."""

import sys

import zmq

socket = zmq.Context().socket(zmq.DEALER)
socket.setsockopt(zmq.LINGER, 0)
socket.connect(sys.argv[1])
socket.send(b"ready")
while True:
    socket.send_multipart(socket.recv_multipart(copy=False), copy=False)
