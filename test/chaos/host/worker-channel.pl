# Lays hands on the channel between a worker and its host, from outside: takes a copy of the worker’s descriptor and
# closes the channel, or writes what standard input has into it. Needs the right to trace the worker.
# Usage: perl worker-channel.pl PID DESCRIPTOR close|write
use strict;
use warnings;

my ($pid, $descriptor, $action) = @ARGV;
# pidfd_open and pidfd_getfd have the same numbers on every Linux.
my $process = syscall(434, $pid + 0, 0);
die "pidfd_open: $!\n" if $process < 0;
my $copy = syscall(438, $process, $descriptor + 0, 0);
die "pidfd_getfd: $!\n" if $copy < 0;
open(my $channel, '+<&=', $copy) or die "open: $!\n";
if ($action eq 'close') {
	shutdown($channel, 2) or die "shutdown: $!\n";
} else {
	binmode(STDIN);
	local $/;
	my $bytes = <STDIN>;
	defined(syswrite($channel, $bytes)) or die "write: $!\n";
}
