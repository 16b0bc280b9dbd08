using Garita.Hardening.Updates;

namespace Garita.Hardening.Tests.Updates;

/// <summary>Seen on the first of March 2026, at noon.</summary>
internal static class UpdatesCases
{
    internal const string Lists = "/var/lib/apt/lists/security.debian.org_debian-security_dists_bookworm-security_";
    internal const string Fresh = "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nOrigin: Debian\nDate: Sun, 01 Mar 2026 06:22:37 UTC\nValid-Until: Sun, 08 Mar 2026 06:22:37 UTC\n";
    internal const string Old = "Origin: Debian\nDate: Thu, 26 Feb 2026 06:22:37 UTC\n";
    internal const string Bookworm = "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nVERSION_ID=\"12\"\nVERSION_CODENAME=bookworm\nID=debian\n";
    internal const string Periodic = "APT::Periodic::Update-Package-Lists \"1\";\nAPT::Periodic::Unattended-Upgrade \"1\";\n";
    internal const string Banner = "Linux version 6.1.0-40-amd64 (debian-kernel@lists.debian.org) (gcc-12) #1 SMP PREEMPT_DYNAMIC Debian 6.1.153-1 (2025-09-20)\n";
    private const string Security = "deb http://deb.debian.org/debian bookworm main\ndeb http://security.debian.org/debian-security bookworm-security main";
    private const string Map = "/proc/7/maps:7f00-7f01 r-xp 00000000 fe:01 1234    /usr/lib/x86_64-linux-gnu/libssl.so.3 (deleted)\n";

    public static IReadOnlyList<CheckCase> All { get; } =
    [
        new(new SecurityUpdates(),
            root => root.Installed("postfix", "3.7.11-0+deb12u2").File(Lists + "InRelease", Fresh).File(Lists + "main_binary-amd64_Packages", Offer("postfix", "3.7.11-0+deb12u2")),
            root => root.Installed("postfix", "3.7.11-0+deb12u1").File(Lists + "InRelease", Fresh).File(Lists + "main_binary-amd64_Packages", Offer("postfix", "3.7.11-0+deb12u2"))),
        new(new PackageListsAge(),
            root => root.File(Lists + "InRelease", Fresh),
            root => root.File(Lists + "InRelease", Old)),
        new(new SecurityRepository(),
            root => root.File("/etc/os-release", Bookworm).File("/etc/apt/sources.list", Security),
            root => root.File("/etc/os-release", Bookworm).File("/etc/apt/sources.list", "deb http://deb.debian.org/debian bookworm main\n#deb http://security.debian.org/debian-security bookworm-security main\n").File("/usr/share/keyrings/debian-archive-keyring.gpg", "")),
        new(new AutomaticUpdates(),
            root => Timers(root).Installed("unattended-upgrades").File("/etc/apt/apt.conf.d/20auto-upgrades", Periodic),
            root => root.Installed("unattended-upgrades").File("/etc/apt/apt.conf.d/20auto-upgrades", Periodic + "APT::Periodic::Enable \"0\";").File("/lib/systemd/system/apt-daily.timer", "").File("/lib/systemd/system/apt-daily-upgrade.timer", "")),
        new(new AutomaticUpdatesScope(),
            root => root.Installed("unattended-upgrades").File("/etc/apt/apt.conf.d/50unattended-upgrades", "Unattended-Upgrade::Origins-Pattern {\n\t// \"origin=Debian,label=Debian\";\n\t\"origin=Debian,codename=${distro_codename},label=Debian-Security\";\n};\n"),
            root => root.File("/etc/os-release", Bookworm).Installed("unattended-upgrades").File("/etc/apt/apt.conf.d/50unattended-upgrades", "Unattended-Upgrade::Origins-Pattern {\n\t\"origin=Debian,label=Debian\";\n\t// \"origin=Debian,label=Debian-Security\";\n};\n")),
        new(new RestartAfterUpdates(),
            root => root.Installed("needrestart").File("/etc/needrestart/needrestart.conf", "#$nrconf{restart} = 'i';\n"),
            root => root.Installed("needrestart").File("/etc/needrestart/needrestart.conf", "$nrconf{restart} = 'l';\n")),
        new(new AuthenticatedSources(),
            root => root.File("/etc/apt/sources.list", Security).File("/etc/apt/apt.conf.d/01x", "// APT::Get::AllowUnauthenticated \"true\";\nAPT::Get::AllowUnauthenticated \"false\";\n"),
            root => root.File("/etc/apt/apt.conf.d/01x", "APT { Get { AllowUnauthenticated \"yes\"; }; };\nAcquire::https::mirror.example.com::Verify-Peer \"false\";")),
        new(new OneRelease(),
            root => root.File("/etc/os-release", Bookworm).File("/etc/apt/sources.list", Security + "\ndeb http://deb.debian.org/debian bookworm-backports main\ndeb https://packages.example.com/x any main\n"),
            root => root.File("/etc/os-release", Bookworm).File("/etc/apt/sources.list", Security + "\ndeb http://deb.debian.org/debian sid main\n")),
        new(new RunningKernel(),
            root => root.Kernel("kernel.osrelease", "6.1.0-40-amd64").Installed("linux-image-6.1.0-40-amd64", "6.1.153-1").Installed("linux-image-6.1.0-9-amd64", "6.1.27-1").File("/proc/version", Banner),
            root => root.Kernel("kernel.osrelease", "6.1.0-9-amd64").Installed("linux-image-6.1.0-40-amd64", "6.1.153-1").Installed("linux-image-6.1.0-9-amd64", "6.1.27-1")),
        new(new RebootRequired(),
            root => root.Folder("/run").Installed("unattended-upgrades").Live(),
            root => root.File("/run/reboot-required", "*** System restart required ***\n").File("/run/reboot-required.pkgs", "libc6\nlibc6\n").Live()),
        new(new DeletedLibraries(),
            root => root.File("/proc/1/maps", "").File("/proc/7/maps", "").Says("sh -c grep -sHF '(deleted)' /proc/[0-9]*/maps", "/proc/7/maps:7f00-7f01 rw-s 00000000 00:01 9  /memfd:x (deleted)\n", 2),
            root => root.File("/proc/1/maps", "").File("/proc/7/maps", "").File("/proc/7/comm", "master\n").Says("sh -c grep -sHF '(deleted)' /proc/[0-9]*/maps", Map)),
        new(new HeldPackages(),
            root => root.Installed("postfix"),
            root => root.File("/var/lib/dpkg/status", "Package: postfix\nStatus: hold ok installed\nVersion: 3.7.11\n")),
        new(new SupportedRelease(),
            root => root.File("/etc/os-release", Bookworm),
            root => root.File("/etc/os-release", "ID=debian\nVERSION_ID=\"10\"\n")),
        new(new LeftOverSettings(),
            root => root.Installed("postfix"),
            root => root.File("/var/lib/dpkg/status", "Package: exim4-base\nStatus: deinstall ok config-files\nVersion: 4.96\n")),
        new(new WholePackages(),
            root => root.Installed("postfix"),
            root => root.File("/var/lib/dpkg/status", "Package: postfix\nStatus: install ok half-configured\nVersion: 3.7.11\n")),
        new(new ProcessorHoles(),
            root => root.File("/sys/devices/system/cpu/vulnerabilities/meltdown", "Mitigation: PTI\n").File("/sys/devices/system/cpu/vulnerabilities/l1tf", "Not affected\n").Live(),
            root => root.File("/sys/devices/system/cpu/vulnerabilities/meltdown", "Vulnerable\n").Live()),
    ];

    internal static string Offer(string package, string version) => $"Package: {package}\nArchitecture: amd64\nVersion: {version}\n\n";

    private static PreparedRoot Timers(PreparedRoot root)
    {
        foreach (var timer in (string[])["apt-daily.timer", "apt-daily-upgrade.timer"])
            root.File("/lib/systemd/system/" + timer, "").Link("/etc/systemd/system/timers.target.wants/" + timer, "/lib/systemd/system/" + timer);
        return root;
    }
}
