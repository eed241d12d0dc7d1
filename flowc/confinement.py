"""Takes from the process that asks for it what it does not need, for good, where the system offers it.

It is for processes that run code of others: V8 with a scenario, Python with generated tools. On Linux two filters of
the kernel do it, without any privilege: seccomp, which refuses system calls by their number, and Landlock, which
refuses what they would reach. Elsewhere limits of resources do part of it. What is not offered is left out without a
word: the README says what may be relied on. It imports nothing of flowc, which the process with V8 does not have.
"""

from __future__ import annotations

import contextlib
import ctypes
import itertools
import os
import platform
import stat
import struct
import sys
from collections.abc import Iterable, Iterator

# System calls that are refused, with their numbers on x86-64 and on 64-bit ARM (0: there is none).
WRITES = {
    "creat": (85, 0),
    "truncate": (76, 45),
    "unlink": (87, 0),
    "unlinkat": (263, 35),
    "rename": (82, 0),
    "renameat": (264, 38),
    "renameat2": (316, 276),
    "mkdir": (83, 0),
    "mkdirat": (258, 34),
    "rmdir": (84, 0),
    "link": (86, 0),
    "linkat": (265, 37),
    "symlink": (88, 0),
    "symlinkat": (266, 36),
    "mknod": (133, 0),
    "mknodat": (259, 33),
    "chmod": (90, 0),
    "fchmod": (91, 52),
    "fchmodat": (268, 53),
    "fchmodat2": (452, 452),
    "chown": (92, 0),
    "lchown": (94, 0),
    "fchown": (93, 55),
    "fchownat": (260, 54),
    "utime": (132, 0),
    "utimes": (235, 0),
    "futimesat": (261, 0),
    "utimensat": (280, 88),
    "setxattr": (188, 5),
    "lsetxattr": (189, 6),
    "fsetxattr": (190, 7),
    "setxattrat": (463, 463),
    "removexattr": (197, 14),
    "lremovexattr": (198, 15),
    "fremovexattr": (199, 16),
    "removexattrat": (466, 466),
    "file_setattr": (469, 469),
}
OPENS = {"open": (2, 0), "openat": (257, 56)}  # with the number of the argument that says how: below
HOW = {"open": 1, "openat": 2}
SOCKET = {"socket": (41, 198)}
SOCKETS = {"socketpair": (53, 199), "connect": (42, 203)}
LISTENS = {"bind": (49, 200), "listen": (50, 201)}
SENDS = {"sendto": (44, 206), "sendmsg": (46, 211)}  # with the number of the argument that says how: below
HOW_SENT = {"sendto": 3, "sendmsg": 2}
SENDS_MANY = {"sendmmsg": (307, 269)}  # which says how in memory, where a filter does not see it
PROGRAMS = {"execve": (59, 221), "execveat": (322, 281), "fork": (57, 0), "vfork": (58, 0)}
CLONE = {"clone": (56, 220)}
OTHER_PROCESSES = {
    "kill": (62, 129),
    "tkill": (200, 130),
    "rt_sigqueueinfo": (129, 138),
    "rt_tgsigqueueinfo": (297, 240),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "pidfd_open": (434, 434),
    "pidfd_getfd": (438, 438),
    "pidfd_send_signal": (424, 424),
    "sched_setparam": (142, 118),
    "sched_setscheduler": (144, 119),
    "sched_setaffinity": (203, 122),
    "sched_setattr": (314, 274),
    "setpriority": (141, 140),
    "ioprio_set": (251, 30),
    "migrate_pages": (256, 238),
    "move_pages": (279, 239),
    "process_madvise": (440, 440),
    "process_mrelease": (448, 448),
    "kcmp": (312, 272),
}
OWN_PROCESS = {"tgkill": (234, 131), "prlimit64": (302, 261)}  # the first argument is a process: this one, or 0
SHARED = {  # what processes have in common, by the calls that make it and by those that take a number one can guess
    "shmget": (29, 194),
    "shmat": (30, 196),
    "shmctl": (31, 195),
    "shmdt": (67, 197),
    "semget": (64, 190),
    "semop": (65, 193),
    "semtimedop": (220, 192),
    "semctl": (66, 191),
    "msgget": (68, 186),
    "msgsnd": (69, 189),
    "msgrcv": (70, 188),
    "msgctl": (71, 187),
    "mq_open": (240, 180),
    "mq_unlink": (241, 181),
    "mq_timedsend": (242, 182),
    "mq_timedreceive": (243, 183),
    "mq_notify": (244, 184),
    "mq_getsetattr": (245, 185),
    "flock": (73, 32),  # of files that are open for reading, too; by the other call: MAY_FCNTL
    "io_setup": (206, 0),  # there is a fixed number of these for all, and of the next ones for a user
    "timer_create": (222, 107),
    "inotify_init": (253, 0),
    "inotify_init1": (294, 26),
    "inotify_add_watch": (254, 27),
    "fanotify_init": (300, 262),  # can make others wait for whatever they open
    "fanotify_mark": (301, 263),
    "sync": (162, 81),
    "syncfs": (306, 267),
    "fsync": (74, 82),
    "fdatasync": (75, 83),
    "sync_file_range": (277, 84),
    "fadvise64": (221, 223),  # to forget what others read
}
THE_SYSTEM = {  # what root may change of it
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "mount_setattr": (442, 442),
    "open_tree_attr": (467, 467),
    "statmount": (457, 457),
    "listmount": (458, 458),
    "sethostname": (170, 161),
    "setdomainname": (171, 162),
    "settimeofday": (164, 170),
    "clock_settime": (227, 112),
    "clock_adjtime": (305, 266),
    "adjtimex": (159, 171),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    "acct": (163, 89),
    "quotactl": (179, 60),
    "quotactl_fd": (443, 443),
    "reboot": (169, 142),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
    "syslog": (103, 116),
    "iopl": (172, 0),
    "ioperm": (173, 0),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "vhangup": (153, 58),
    "uselib": (134, 0),  # the rest is of kernels that are old, or older
    "_sysctl": (156, 0),
    "create_module": (174, 0),
    "nfsservctl": (180, 42),
    "lookup_dcookie": (212, 18),
}
WAYS_AROUND = {
    "io_uring_setup": (425, 425),
    "bpf": (321, 280),
    "unshare": (272, 97),
    "setns": (308, 268),
    "userfaultfd": (323, 282),
    "perf_event_open": (298, 241),
    "open_by_handle_at": (304, 265),
}
FCNTL, IOCTL = {"fcntl": (72, 25)}, {"ioctl": (16, 29)}
MAY_FCNTL = (  # others send signals, or lock and lease files that other processes use
    *range(6),  # F_DUPFD, F_GETFD, F_SETFD, F_GETFL, F_SETFL, F_GETLK
    1030,  # F_DUPFD_CLOEXEC
    1032,  # F_GETPIPE_SZ
    1033,  # F_ADD_SEALS
    1034,  # F_GET_SEALS
)
ASKS = (  # what Python does with what is open; others change files that are open for reading, or type into terminals
    0x5401,  # TCGETS
    0x802C542A,  # TCGETS2
    0x5413,  # TIOCGWINSZ
    0x541B,  # FIONREAD
    0x5421,  # FIONBIO
    0x5450,  # FIONCLEX
    0x5451,  # FIOCLEX
)
PRCTL, MADVISE = {"prctl": (157, 167)}, {"madvise": (28, 233)}
PR_SCHED_CORE = 62  # which processor another process shares, and with whom
ADVICE_FOR_ALL = (20, 21, 100, 101)  # of memory that is a file others have as well: put it out, or call it broken
SOCKET_OPTIONS = {"setsockopt": (54, 208), "getsockopt": (55, 209)}
OF_A_SOCKET, OF_ADDRESSES = (1, 6), (0, 41)  # SOL_SOCKET, SOL_TCP; SOL_IP, SOL_IPV6
FIREWALL = 64  # from here on the options of addresses are rules for all connections
NEWER = {"openat2": (437, 437), "clone3": (435, 435)}  # what they are asked for cannot be seen: there is an older one

MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}  # which number, and the kernel's name for it
SECCOMP_CALL = {"x86_64": 317, "aarch64": 277}
LANDLOCK_CALLS = (444, 445, 446)  # on all machines: create a rule set, add a rule, restrict oneself
PR_SET_NO_NEW_PRIVS = 38
PR_CAPBSET_DROP, PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL = 24, 47, 4
CAPSET_CALL = {"x86_64": 126, "aarch64": 91}
CAPABILITIES = 64  # more than there are
CAPSET_VERSION = 0x20080522
CAP_DAC_READ_SEARCH = 1 << 2
SECCOMP_SET_MODE_FILTER, ALL_THREADS = 1, 1

LOAD, EQUALS, AT_LEAST, HAS_ANY, AND, RETURN = 0x20, 0x15, 0x35, 0x45, 0x54, 0x06  # of the filter's language
ALLOW, REFUSE, UNKNOWN = 0x7FFF0000, 0x00050000 | 1, 0x00050000 | 38  # EPERM, ENOSYS
NUMBER, MACHINE, ARGUMENTS = 0, 4, 16  # where they are, in bytes
LATEST = 469  # of the calls that were known when these lists were made: what a later one does is not known
O_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
CLONE_THREAD = 0x10000
SOCK_STREAM, SOCK_TYPE = 1, 0xF
IPPROTO_TCP = 6  # others that look like it, as MPTCP, are none to Landlock
MSG_FASTOPEN = 0x20000000  # connects as it sends, which is no connection to Landlock

MOST_DATA = 4 << 30
MOST_OPEN = 256  # each may be a connection on which somebody else has to read
LANDLOCK_WRITES = (  # by the version from which on it is known
    (1, 0b1_1111_1111_0011),  # run, write; remove and make all kinds
    (2, 1 << 13),  # link and rename into other folders
    (3, 1 << 14),  # truncate
    (5, 1 << 15),  # control devices
)
LANDLOCK_CONNECT, LANDLOCK_CONNECT_SINCE = 2, 4
LANDLOCK_SCOPE, LANDLOCK_SCOPE_SINCE = 0b11, 6  # neither sockets nor signals to processes outside
WRITE_FILE, READ_FILE, READ_DIR = 2, 4, 8
PARTS = {  # of a system, if the project is in it
    "/usr": (
        *("bin", "lib", "lib32", "lib64", "libexec", "ssl", "share/zoneinfo", "share/ca-certificates", "share/ssl"),
        *("share/crypto-policies", "share/pki", "share/locale", "local/bin", "local/lib", "local/lib64", "local/ssl"),
        *("local/share/ca-certificates",),
    ),
}
READABLE = (  # besides what Python is made of: libraries, certificates, names of hosts, time zones
    *("/usr", "/lib", "/lib32", "/lib64", "/nix/store", "/gnu/store", "/home/linuxbrew/.linuxbrew"),
    *("/etc/ssl/certs", "/etc/ssl/openssl.cnf", "/etc/ssl/cert.pem", "/etc/pki/tls", "/etc/pki/ca-trust"),
    *("/etc/ca-certificates", "/etc/crypto-policies", "/etc/localtime", "/etc/timezone", "/etc/mime.types"),
    *("/etc/hosts", "/etc/host.conf", "/etc/nsswitch.conf", "/etc/resolv.conf", "/etc/gai.conf", "/etc/services"),
    *("/etc/protocols", "/etc/passwd", "/etc/group", "/etc/os-release", "/etc/ld.so.cache"),
    *("/dev/null", "/dev/zero", "/dev/random", "/dev/urandom", "/proc/self", "/proc/cpuinfo", "/proc/meminfo"),
    *("/sys/devices/system/cpu", "/sys/devices/system/node"),
)


REFUSED = {**OTHER_PROCESSES, **SHARED, **THE_SYSTEM, **WAYS_AROUND}


def confine_root(keep: int = CAP_DAC_READ_SEARCH) -> None:
    """Root becomes a user like any other, in this thread and in those that it starts: so before there is a second one.
    Until everything is loaded it may still read what belongs to others. For any other user nothing changes."""
    if not sys.platform.startswith("linux") or platform.machine() not in MACHINES:
        return
    prctl = ctypes.CDLL(None).prctl
    for capability in range(CAPABILITIES):
        prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)
    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0)
    of_this_thread = struct.pack("=Ii", CAPSET_VERSION, 0)
    for kept in (keep, 0) if keep else (0,):  # who has not got what may be kept has nothing
        if _call(CAPSET_CALL[platform.machine()], of_this_thread, struct.pack("=6I", kept, kept, 0, 0, 0, 0)) == 0:
            return


def confine_engine() -> None:
    """For V8, once it is loaded: no files, no network, no programs, no other processes. What is open stays open."""
    confine_root(keep=0)
    _limit(nofile=0)
    calls = {**WRITES, **OPENS, **SOCKET, **SOCKETS, **LISTENS, **SENDS_MANY, **PROGRAMS, **REFUSED}
    rules = (_no_new_process(), _only_this_process(), _only_to_ask(), _only_for_itself())
    _filter([*_refuse(calls), *itertools.chain(*rules)])


def confine_tools() -> None:
    """For tools, once their SDK is loaded and serves: no file is changed, no program is started, no other process is
    touched, and there are no sockets but those of TCP, of which no further one listens."""
    confine_root(keep=0)
    _limit(data=MOST_DATA, nofile=MOST_OPEN)
    calls = {**WRITES, **LISTENS, **SENDS_MANY, **PROGRAMS, **REFUSED}
    rules = (_no_new_process(), _only_this_process(), _only_reading(), _only_tcp(), _only_to_ask(), _only_for_itself())
    _filter([*_refuse(calls), *itertools.chain(*rules)])


def confine_reach(port: int, readable: Iterable[str], projects: Iterable[str] = ()) -> None:
    """For tools, before there is a second thread: no TCP connection but to this port, of whatever host; no file is
    changed; none is read but what is `readable`, or below it, and what any Python needs; and nothing of other
    processes can be read or signalled. What is one of `projects`, or holds one, is not read as a whole."""
    create, add, restrict = LANDLOCK_CALLS
    version = _call(create, None, 0, 1)
    if version < 1:
        return
    changes = sum(bits for since, bits in LANDLOCK_WRITES if version >= since)
    reads = READ_FILE | READ_DIR
    connects = LANDLOCK_CONNECT if version >= LANDLOCK_CONNECT_SINCE else 0
    scope = LANDLOCK_SCOPE if version >= LANDLOCK_SCOPE_SINCE else 0
    size = 24 if scope else 16 if connects else 8
    rules = _call(create, struct.pack("QQQ", changes | reads, connects, scope), size, 0)
    if rules < 0:
        return
    projects = tuple(map(os.path.realpath, projects))
    for path in dict.fromkeys((*READABLE, *readable)):
        for part in _apart(path, projects):
            _allow(rules, part, reads)
    _allow(rules, os.devnull, WRITE_FILE)
    if connects:
        _call(add, rules, 2, struct.pack("QQ", connects, port), 0)
    _no_new_privileges()
    _call(restrict, rules, 0)
    os.close(rules)


def _apart(path: str, projects: tuple[str, ...]) -> Iterator[str]:
    """The parts of a folder that hold none of these; the folder itself if it holds none."""
    if not os.path.isabs(path):
        return
    real = os.path.realpath(path)
    if not any(each == real or each.startswith(real.rstrip(os.sep) + os.sep) for each in projects):
        yield path
    elif path in PARTS:
        for part in PARTS[path]:
            yield from _apart(os.path.join(path, part), projects)
    elif real not in projects:
        with contextlib.suppress(OSError):
            for name in sorted(os.listdir(real)):
                yield from _apart(os.path.join(real, name), projects)


def _allow(rules: int, path: str, what: int) -> None:
    """With all that is below, if it is a folder; if it is there at all."""
    _, add, _ = LANDLOCK_CALLS
    try:
        found = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except (OSError, ValueError):
        return
    if not stat.S_ISDIR(os.fstat(found).st_mode):
        what &= ~READ_DIR
    _call(add, rules, 1, struct.pack("=Qi", what, found), 0)
    os.close(found)


def _limit(*, nofile: int | None = None, data: int | None = None) -> None:
    """No file grows, no core is dumped; with `nofile` nothing more is opened, of whatever kind."""
    try:
        import resource
    except ImportError:  # Windows
        return
    wanted = [(resource.RLIMIT_CORE, 0), (resource.RLIMIT_FSIZE, 0)]
    wanted += [(resource.RLIMIT_NOFILE, nofile)] if nofile is not None else []
    wanted += [(resource.RLIMIT_DATA, data)] if data is not None else []
    for kind, limit in wanted:
        _, most = resource.getrlimit(kind)
        allowed = limit if most == resource.RLIM_INFINITY else min(limit, most)
        try:
            resource.setrlimit(kind, (allowed, allowed))
        except (OSError, ValueError):
            continue


Instruction = tuple[int, int, int, int]
"""What to do, how many instructions to pass over if a test is true, and if it is false, and a number."""


def _refuse(calls: dict[str, tuple[int, int]], how: int = REFUSE) -> list[Instruction]:
    """The number of the call is loaded; after it, it still is."""
    found: list[Instruction] = []
    for number in _numbers(calls):
        found += [(EQUALS, 0, 1, number), (RETURN, 0, 0, how)]
    return found


def _no_new_process() -> list[Instruction]:
    """Threads alone are cloned. The C library takes the older call where the newer one is unknown."""
    [clone] = _numbers(CLONE)
    threads = [_load(0), (HAS_ANY, 1, 0, CLONE_THREAD), (RETURN, 0, 0, REFUSE)]
    return [*_refuse(NEWER, UNKNOWN), *_if_call(clone, threads)]


def _only_this_process() -> list[Instruction]:
    """Which stays the same one: there will be no other."""
    own = [_load(0), (EQUALS, 2, 0, 0), (EQUALS, 1, 0, os.getpid()), (RETURN, 0, 0, REFUSE)]
    found: list[Instruction] = []
    for number in _numbers(OWN_PROCESS):
        found += _if_call(number, own)
    return found


def _only_to_ask() -> list[Instruction]:
    """Of what is open, without a word to others."""
    [fcntl], [ioctl] = _numbers(FCNTL), _numbers(IOCTL)
    return [*_if_call(fcntl, _unless(1, MAY_FCNTL)), *_if_call(ioctl, _unless(1, ASKS))]


def _only_for_itself() -> list[Instruction]:
    """Of what else is there for all: options of the firewall, memory that is a file, the order on processors."""
    [prctl], [madvise] = _numbers(PRCTL), _numbers(MADVISE)
    found = [*_if_call(prctl, _if_any(0, (PR_SCHED_CORE,))), *_if_call(madvise, _if_any(2, ADVICE_FOR_ALL))]
    low = [_load(2), (AT_LEAST, 0, 1, FIREWALL), (RETURN, 0, 0, REFUSE)]
    for number in _numbers(SOCKET_OPTIONS):
        found += _if_call(number, [*_unless(1, (*OF_A_SOCKET, *OF_ADDRESSES)), *low])
    return found


def _unless(argument: int, values: tuple[int, ...]) -> list[Instruction]:
    """Refused, unless it is one of these."""
    tests = [(EQUALS, left, 0, value) for left, value in zip(range(len(values), 0, -1), values, strict=True)]
    return [_load(argument), *tests, (RETURN, 0, 0, REFUSE)]


def _if_any(argument: int, values: tuple[int, ...]) -> list[Instruction]:
    """Refused, if it is one of these."""
    found: list[Instruction] = [_load(argument)]
    for value in values:
        found += [(EQUALS, 0, 1, value), (RETURN, 0, 0, REFUSE)]
    return found


def _only_reading() -> list[Instruction]:
    found: list[Instruction] = []
    for name, numbers in OPENS.items():
        for number in _numbers({name: numbers}):
            reads = [_load(HOW[name]), (HAS_ANY, 0, 1, O_WRITES), (RETURN, 0, 0, REFUSE)]
            found += _if_call(number, reads)
    return found


def _only_tcp() -> list[Instruction]:
    [socket] = _numbers(SOCKET)
    families = [_load(0), (EQUALS, 2, 0, 2), (EQUALS, 1, 0, 10), (RETURN, 0, 0, REFUSE)]  # AF_INET, AF_INET6
    streams = [_load(1), (AND, 0, 0, SOCK_TYPE), (EQUALS, 1, 0, SOCK_STREAM), (RETURN, 0, 0, REFUSE)]
    protocols = [_load(2), (EQUALS, 2, 0, 0), (EQUALS, 1, 0, IPPROTO_TCP), (RETURN, 0, 0, REFUSE)]
    found = _if_call(socket, [*families, *streams, *protocols])
    for name, numbers in SENDS.items():
        for number in _numbers({name: numbers}):
            sends = [_load(HOW_SENT[name]), (HAS_ANY, 0, 1, MSG_FASTOPEN), (RETURN, 0, 0, REFUSE)]
            found += _if_call(number, sends)
    return found


def _if_call(number: int, then: list[Instruction]) -> list[Instruction]:
    """The number of the call is loaded; after it, it is again."""
    return [(EQUALS, 0, len(then), number), *then, (LOAD, 0, 0, NUMBER)]


def _load(argument: int) -> Instruction:
    return (LOAD, 0, 0, ARGUMENTS + 8 * argument)  # its lower half, on machines with the lower half first


def _numbers(calls: dict[str, tuple[int, int]]) -> list[int]:
    which, _ = MACHINES.get(platform.machine(), (0, 0))
    return [numbers[which] for numbers in calls.values() if numbers[which]]


def _filter(refused: list[Instruction]) -> None:
    """For all threads of this process, those to come as well."""
    machine = platform.machine()
    if not sys.platform.startswith("linux") or machine not in MACHINES or sys.maxsize < 1 << 32:
        return
    program = [
        (LOAD, 0, 0, MACHINE),
        (EQUALS, 1, 0, MACHINES[machine][1]),
        (RETURN, 0, 0, REFUSE),
        (LOAD, 0, 0, NUMBER),
        (AT_LEAST, 0, 1, LATEST + 1),  # as if this kernel were older; on x86-64 others for the same calls, too
        (RETURN, 0, 0, UNKNOWN),
        *refused,
        (RETURN, 0, 0, ALLOW),
    ]
    code = b"".join(struct.pack("HBBI", *each) for each in program)
    text = ctypes.create_string_buffer(code, len(code))
    given = struct.pack("HxxxxxxP", len(program), ctypes.addressof(text))
    if _no_new_privileges():
        _call(SECCOMP_CALL[machine], SECCOMP_SET_MODE_FILTER, ALL_THREADS, given)


def _no_new_privileges() -> bool:
    return bool(ctypes.CDLL(None).prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0)


def _call(number: int, *arguments: bytes | int | None) -> int:
    """A system call that Python has no name for; less than 0 where it is not offered."""
    if not sys.platform.startswith("linux"):
        return -1
    given = [ctypes.c_long(each) if isinstance(each, int) else each for each in arguments]
    return int(ctypes.CDLL(None).syscall(ctypes.c_long(number), *given))
