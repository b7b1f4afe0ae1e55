//! How fast a process of this machine can hand memory to another one.

use std::{
    error::Error,
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    thread,
};

/// Two ends of a connection.
pub(crate) struct Sockets {
    sender: TcpStream,
    receiver: TcpStream,
    memory: Vec<u8>,
}

impl Sockets {
    pub(crate) fn open(bytes: usize) -> Result<Sockets, Box<dyn Error>> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let sender = TcpStream::connect(listener.local_addr()?)?;
        let (receiver, _) = listener.accept()?;
        Ok(Sockets { sender, receiver, memory: vec![1; bytes] })
    }

    /// Sends all of the memory by one thread, and receives it by another into some that is fresh from the system.
    pub(crate) fn send(&self) -> Result<Vec<u8>, Box<dyn Error>> {
        let mut received = vec![0; self.memory.len()];
        thread::scope(|scope| {
            let sending = scope.spawn(|| (&self.sender).write_all(&self.memory));
            (&self.receiver).read_exact(&mut received)?;
            sending.join().expect("it does not panic")
        })?;
        Ok(received)
    }
}
