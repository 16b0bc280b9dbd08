using Garita.Hardening.Repairs;
using Garita.Hardening.Updates;
using Xunit;

namespace Garita.Hardening.Tests.Updates;

/// <summary>More than one way to be wrong, and ways to look right. Seen on the first of March 2026, at noon.</summary>
public sealed class UpdatesTests
{
    private const string Packages = UpdatesCases.Lists + "main_binary-amd64_Packages";
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Old_lists_tell_nothing_but_what_they_show_as_waiting_waits()
    {
        Assert.Throws<CannotLookException>(static () => Look(new SecurityUpdates(), static root => root.Installed("postfix", "3.7.11-0+deb12u2").File(UpdatesCases.Lists + "InRelease", UpdatesCases.Old).File(Packages, UpdatesCases.Offer("postfix", "3.7.11-0+deb12u2"))));
        Assert.Equal(Outcome.Fail, Look(new SecurityUpdates(), static root => root.Installed("postfix", "3.7.11-0+deb12u1").File(UpdatesCases.Lists + "InRelease", UpdatesCases.Old).File(Packages, UpdatesCases.Offer("postfix", "3.7.11-0+deb12u2"))));
    }

    [Fact]
    public void Without_a_list_of_the_security_repository_nobody_knows() => Assert.Throws<CannotLookException>(static () => Look(new SecurityUpdates(), static root => root.Installed("postfix")
        .File("/var/lib/apt/lists/deb.debian.org_debian_dists_bookworm_main_binary-amd64_Packages", "").File("/var/lib/apt/lists/deb.debian.org_debian_dists_bookworm_InRelease", UpdatesCases.Fresh)));

    [Fact]
    public void Lists_that_are_compressed_are_read_by_apt_where_it_runs()
    {
        static PreparedRoot Root() => new PreparedRoot().Installed("postfix", "3.7.11-0+deb12u1").File(UpdatesCases.Lists + "InRelease", UpdatesCases.Fresh).File(Packages + ".lz4", "\u0004\"M");
        Assert.Throws<CannotLookException>(static () => new SecurityUpdates().Look(CheckCases.Seen(Root())));
        Assert.Equal(Outcome.Fail, new SecurityUpdates().Look(CheckCases.Seen(Root().Says($"/usr/lib/apt/apt-helper cat-file {Packages}.lz4", UpdatesCases.Offer("postfix", "3.7.11-0+deb12u2")))).Outcome);
    }

    [Fact]
    public void A_package_that_is_offered_but_not_installed_does_not_wait() =>
        Assert.Equal(Outcome.Pass, Look(new SecurityUpdates(), static root => root.Installed("postfix").File(UpdatesCases.Lists + "InRelease", UpdatesCases.Fresh).File(Packages, UpdatesCases.Offer("exim4", "9"))));

    [Fact]
    public void A_repository_that_had_nothing_new_was_asked_all_the_same()
    {
        static PreparedRoot Root() => new PreparedRoot().File(UpdatesCases.Lists + "InRelease", UpdatesCases.Old).File("/var/lib/apt/periodic/update-success-stamp", "");
        var check = new PackageListsAge();
        Assert.Equal(Outcome.Pass, check.Look(CheckCases.Seen(Root().ChangedAt("/var/lib/apt/periodic/update-success-stamp", Now.AddHours(-47)))).Outcome);
        Assert.Equal(Outcome.Fail, check.Look(CheckCases.Seen(Root().ChangedAt("/var/lib/apt/periodic/update-success-stamp", Now.AddHours(-49)))).Outcome);
        Assert.Equal(Outcome.Pass, check.Look(CheckCases.Seen(Root().Says("stat -c %Y /var/lib/apt/periodic/update-success-stamp", Now.AddHours(-1).ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture)))).Outcome);
        Assert.Equal(Outcome.Fail, check.Look(CheckCases.Seen(Root())).Outcome);
    }

    [Theory]
    [InlineData("deb [arch=amd64 signed-by=/k.gpg] https://deb.debian.org/debian-security bookworm-security main", Outcome.Pass)]
    [InlineData("deb http://security.debian.org/debian-security bullseye-security main\n", Outcome.Fail)]
    [InlineData("deb-src http://security.debian.org/debian-security bookworm-security main\n", Outcome.Fail)]
    [InlineData("deb http://deb.debian.org/debian bookworm main # bookworm-security\n", Outcome.Fail)]
    public void A_security_repository_on_one_line(string text, Outcome expected) => Assert.Equal(expected, Look(new SecurityRepository(), root => root.File("/etc/os-release", UpdatesCases.Bookworm).File("/etc/apt/sources.list", text)));

    [Theory]
    [InlineData("Types: deb\nURIs: http://deb.debian.org/debian-security\nSuites: bookworm-security\nComponents: main", Outcome.Pass)]
    [InlineData("# Security\nTypes: deb deb-src\nURIs: http://deb.debian.org/debian\nSuites: bookworm\n bookworm-security\nComponents: main\n", Outcome.Pass)]
    [InlineData("Types: deb\nEnabled: no\nURIs: http://deb.debian.org/debian-security\nSuites: bookworm-security\n", Outcome.Fail)]
    [InlineData("Types: deb-src\nURIs: http://deb.debian.org/debian-security\nSuites: bookworm-security\n", Outcome.Fail)]
    [InlineData("Types: deb\nURIs: http://deb.debian.org/debian\nSuites: bookworm\n\n# Suites: bookworm-security\n", Outcome.Fail)]
    public void A_security_repository_as_a_stanza(string text, Outcome expected) => Assert.Equal(expected, Look(new SecurityRepository(), root => root.File("/etc/os-release", UpdatesCases.Bookworm).File("/etc/apt/sources.list.d/debian.sources", text)));

    [Fact]
    public void A_source_in_a_file_that_apt_does_not_read() => Assert.Equal(Outcome.Fail, Look(new SecurityRepository(), static root => root.File("/etc/os-release", UpdatesCases.Bookworm)
        .File("/etc/apt/sources.list.d/security.list.save", "deb http://security.debian.org/debian-security bookworm-security main")));

    [Theory]
    [InlineData("20auto", "APT::Periodic::Update-Package-Lists \"1\";\nAPT::Periodic::Unattended-Upgrade \"0\";\n", Outcome.Fail)]
    [InlineData("20auto", "apt::periodic { update-package-lists \"always\"; unattended-upgrade \"1d\"; };", Outcome.Pass)]
    [InlineData("20auto", "/* " + UpdatesCases.Periodic + " */", Outcome.Fail)]
    [InlineData("20auto", UpdatesCases.Periodic + "#clear APT::Periodic;\n", Outcome.Fail)]
    [InlineData("20auto.bak", UpdatesCases.Periodic, Outcome.Fail)]
    public void Automatic_updates(string name, string text, Outcome expected) => Assert.Equal(expected, Look(new AutomaticUpdates(), root => Automatic(root).File("/etc/apt/apt.conf.d/" + name, text)));

    [Fact]
    public void Automatic_updates_that_a_later_file_or_a_masked_timer_turns_off()
    {
        Assert.Equal(Outcome.Fail, Look(new AutomaticUpdates(), static root => Automatic(root).File("/etc/apt/apt.conf.d/20auto", UpdatesCases.Periodic).File("/etc/apt/apt.conf", "APT::Periodic::Unattended-Upgrade \"0\";")));
        Assert.Equal(Outcome.Fail, Look(new AutomaticUpdates(), static root => Automatic(root).File("/etc/apt/apt.conf.d/20auto", UpdatesCases.Periodic).Link("/etc/systemd/system/apt-daily.timer", "/dev/null")));
    }

    [Theory]
    [InlineData("\"postfix\"", Outcome.Fail)]
    [InlineData("\"post.*\"", Outcome.Fail)]
    [InlineData("\"ostfix\"", Outcome.Pass)]
    [InlineData("// \"postfix\"\n", Outcome.Pass)]
    public void A_list_of_packages_that_are_left_out(string item, Outcome expected) => Assert.Equal(expected, Look(new AutomaticUpdatesScope(), root => root.Installed("postfix").Installed("unattended-upgrades")
        .File("/etc/apt/apt.conf.d/50", "Unattended-Upgrade::Allowed-Origins:: \"${distro_id}:${distro_codename}-security\";\nUnattended-Upgrade::Package-Blacklist {\n" + item + ";\n};\n")));

    [Fact]
    public void A_list_that_cannot_be_understood_is_unknown() => Assert.Throws<CannotLookException>(static () => Look(new AutomaticUpdatesScope(), static root => root.Installed("postfix").Installed("unattended-upgrades")
        .File("/etc/apt/apt.conf.d/50", "Unattended-Upgrade::Origins-Pattern { \"origin=*\"; };\nUnattended-Upgrade::Package-Blacklist { \"(\"; };\n")));

    [Theory]
    [InlineData("deb [trusted=yes] http://x.example.com ./\n", Outcome.Fail)]
    [InlineData("deb [ arch=amd64 Allow-Insecure=yes ] http://x.example.com any main", Outcome.Fail)]
    [InlineData("#deb [trusted=yes] http://x.example.com ./\n", Outcome.Pass)]
    [InlineData("deb [trusted=no] http://x.example.com ./\n", Outcome.Pass)]
    public void Sources_without_signatures(string text, Outcome expected) => Assert.Equal(expected, Look(new AuthenticatedSources(), root => root.File("/etc/apt/sources.list", text)));

    [Fact]
    public void Sources_without_signatures_are_not_mended_by_a_program()
    {
        var root = new PreparedRoot().File("/etc/apt/sources.list.d/x.sources", "Types: deb\nTrusted: yes\nURIs: http://x.example.com\nSuites: ./\n");
        Assert.Equal(Outcome.Fail, new AuthenticatedSources().Look(CheckCases.Seen(root)).Outcome);
        Assert.Null(new AuthenticatedSources().Repair(CheckCases.Seen(root)));
    }

    [Fact]
    public void An_alias_of_a_release_is_told_of() => Assert.Equal(Outcome.Warning, Look(new OneRelease(), static root => root.File("/etc/os-release", UpdatesCases.Bookworm).File("/etc/apt/sources.list", "deb http://deb.debian.org/debian stable main")));

    [Fact]
    public void A_kernel_of_the_same_name_in_an_older_build()
    {
        static PreparedRoot Root(string version) => new PreparedRoot().Kernel("kernel.osrelease", "6.1.0-40-amd64").Installed("linux-image-6.1.0-40-amd64", version).File("/proc/version", UpdatesCases.Banner);
        Assert.Equal(Outcome.Fail, new RunningKernel().Look(CheckCases.Seen(Root("6.1.158-1"))).Outcome);
        Assert.Equal(Outcome.Pass, new RunningKernel().Look(CheckCases.Seen(Root("6.1.153-1"))).Outcome);
    }

    [Fact]
    public void A_kernel_of_another_kind_or_from_outside()
    {
        Assert.Equal(Outcome.Pass, Look(new RunningKernel(), static root => root.Kernel("kernel.osrelease", "6.1.0-40-cloud-amd64").Installed("linux-image-6.1.0-40-cloud-amd64", "6.1.153-1").Installed("linux-image-6.1.0-41-amd64", "6.1.158-1")));
        Assert.Equal(Outcome.NotApplicable, Look(new RunningKernel(), static root => root.Kernel("kernel.osrelease", "6.18.44-fc").Installed("postfix")));
        Assert.Throws<CannotLookException>(static () => Look(new RunningKernel(), static root => root.Installed("linux-image-6.1.0-40-amd64")));
    }

    [Fact]
    public void A_restart_that_nobody_would_ask_for_is_unknown() => Assert.Throws<CannotLookException>(static () => Look(new RebootRequired(), static root => root.Folder("/run").Installed("postfix").Live()));

    [Fact]
    public void A_service_that_runs_what_was_replaced_is_restarted_but_not_the_system_itself()
    {
        static PreparedRoot Root(string unit) => new PreparedRoot().File("/proc/1/maps", "").File("/proc/7/cgroup", $"0::/system.slice/{unit}\n")
            .Says("sh -c grep -sHF '(deleted)' /proc/[0-9]*/maps", "/proc/7/maps:7f00-7f01 r-xp 00000000 fe:01 1234    /usr/lib/libssl.so.3 (deleted)\n");
        var tool = Assert.IsType<RunTool>(Assert.Single(new DeletedLibraries().Repair(CheckCases.Seen(Root("system-postfix.slice/postfix@-.service")))!.Changes));
        Assert.Equal(["try-restart", "postfix@-.service"], tool.Arguments);
        Assert.Null(new DeletedLibraries().Repair(CheckCases.Seen(Root("dbus.service"))));
    }

    [Fact]
    public void A_package_kept_back_that_has_nothing_to_do_with_mail_is_a_warning() =>
        Assert.Equal(Outcome.Warning, Look(new HeldPackages(), static root => root.File("/var/lib/dpkg/status", "Package: hello\nStatus: hold ok installed\nVersion: 1\n")));

    [Theory]
    [InlineData("Package: postfix\nPin: version *\nPin-Priority: -1", Outcome.Fail)]
    [InlineData("Explanation: x\nPackage: *\nPin: release a=unstable\nPin-Priority: -1\n", Outcome.Pass)]
    [InlineData("Package: postfix\nPin: release n=bookworm\nPin-Priority: 990\n", Outcome.Pass)]
    public void A_package_pinned_away(string text, Outcome expected) => Assert.Equal(expected, Look(new HeldPackages(), root => root.Installed("postfix").File("/etc/apt/preferences.d/x", text)));

    [Theory]
    [InlineData("ID=debian\nVERSION_ID=\"11\"\n", Outcome.Pass)]
    [InlineData("ID=debian\nVERSION_CODENAME=trixie\n", Outcome.Fail)]
    [InlineData("ID=ubuntu\nVERSION_ID=\"20.04\"", Outcome.Fail)]
    [InlineData("ID=\"rocky\"\nVERSION_ID=\"9.4\"\n", Outcome.Pass)]
    public void Releases(string text, Outcome expected) => Assert.Equal(expected, Look(new SupportedRelease(), root => root.File("/etc/os-release", text)));

    [Fact]
    public void What_the_distribution_says_of_its_releases_counts_more_and_an_unknown_one_is_unknown()
    {
        const string table = "version,codename,series,created,release,eol,eol-lts,eol-elts\n12,Bookworm,bookworm,2021-08-14,2023-06-10,2026-01-01,2026-05-01,2033-06-30\n";
        Assert.Equal(Outcome.Warning, Look(new SupportedRelease(), static root => root.File("/etc/os-release", UpdatesCases.Bookworm).File("/usr/share/distro-info/debian.csv", table)));
        Assert.Equal(Outcome.Fail, Look(new SupportedRelease(), static root => root.File("/etc/os-release", UpdatesCases.Bookworm).File("/usr/share/distro-info/debian.csv", table.Replace("2026-05-01", "2026-02-27", StringComparison.Ordinal))));
        Assert.Throws<CannotLookException>(static () => Look(new SupportedRelease(), static root => root.File("/etc/os-release", "ID=gentoo\n")));
    }

    [Fact]
    public void A_package_that_must_be_installed_anew_is_not_whole() =>
        Assert.Equal(Outcome.Fail, Look(new WholePackages(), static root => root.File("/var/lib/dpkg/status", "Package: x\nStatus: install reinstreq installed\nVersion: 1\n")));

    private static PreparedRoot Automatic(PreparedRoot root)
    {
        foreach (var timer in (string[])["apt-daily.timer", "apt-daily-upgrade.timer"])
            root.File("/lib/systemd/system/" + timer, "").Link("/etc/systemd/system/timers.target.wants/" + timer, "/lib/systemd/system/" + timer);
        return root.Installed("unattended-upgrades");
    }

    private static Outcome Look(Check check, Action<PreparedRoot> prepare)
    {
        var root = new PreparedRoot();
        prepare(root);
        return check.Look(CheckCases.Seen(root)).Outcome;
    }
}
