using Garita.Hardening.Repairs;
using Garita.Hardening.Tests.Accounts;
using Garita.Hardening.Tests.Firewall;
using Garita.Hardening.Tests.Software;
using Xunit;

namespace Garita.Hardening.Tests;

/// <summary>What a repair offers does mend it.</summary>
public sealed class MendingTests
{
    private static readonly CheckCase[] Cases = [.. SoftwareCases.All, .. FirewallCases.All, .. AccountsCases.All];

    // A person decides: nothing that is safe to do by itself, or not on the bad host of its case.
    private static readonly HashSet<string> ByHand = new(
    [
        "listening-sockets", "one-mail-server", "setuid-programs", "unit-exposure",
        "one-firewall-manager", "input-ipv4", "input-ipv6", "loopback-accepted", "listeners-covered", "firewall-at-boot", "firewall-disk-equals-kernel", "firewall-logging", "ssh-from-listed-networks", "backend-closed", "router-advertisements",
        "root-alone", "root-group-alone", "mail-daemons-not-root", "dormant-administrators", "authorized-keys", "ssh-allowed-users", "sudo-asks-password", "sudo-authenticates", "su-restricted", "account-lock-out",
    ], StringComparer.Ordinal);

    public static TheoryData<string> Mended => [.. Cases.Select(static known => known.Check.Id).Where(static id => !ByHand.Contains(id))];

    [Theory]
    [MemberData(nameof(Mended))]
    public void Mends_what_was_found_and_twice_is_as_once(string id)
    {
        var known = Cases.Single(known => string.Equals(known.Check.Id, id, StringComparison.Ordinal));
        var root = Prepare(known);
        Assert.NotEqual(Outcome.Pass, root.Look(known.Check, known.Check.Roles).Outcome);
        var repair = root.Repair(known.Check, known.Check.Roles);
        Assert.NotNull(repair);
        Assert.NotEmpty(repair.WhatMayBreak);
        root.Apply(repair.Changes);
        Assert.Equal(Outcome.Pass, root.Look(known.Check, known.Check.Roles).Outcome);
        var once = root.Files.ToDictionary(static file => file.Key, static file => file.Value, StringComparer.Ordinal);
        root.Apply(repair.Changes);
        Assert.Equal(once, root.Files.ToDictionary(static file => file.Key, static file => file.Value, StringComparer.Ordinal));
    }

    [Fact]
    public void What_touches_ssh_pam_or_the_filter_says_so()
    {
        foreach (var known in Cases)
        {
            if (Prepare(known).Repair(known.Check, known.Check.Roles) is not { } repair)
                continue;
            foreach (var change in repair.Changes)
            {
                var path = change is PutFile file ? file.Path : change is SetLine line ? line.Path : change is SetMode mode ? mode.Path : "";
                if (path.StartsWith("/etc/ssh/", StringComparison.Ordinal) || change is SetUnit { Unit: "ssh.service" or "sshd.service" })
                    Assert.True(repair.Touches.HasFlag(Touches.Ssh), known.Check.Id);
                if (path.StartsWith("/etc/pam.d/", StringComparison.Ordinal) || path.StartsWith("/etc/sudoers", StringComparison.Ordinal) || change is RunTool { Program: "pam-auth-update" } or RunTool { Program: "usermod", Arguments: ["-p", ..] })
                    Assert.True(repair.Touches.HasFlag(Touches.Pam), known.Check.Id);
                if (change is SetUnit { Unit: "nftables.service" })
                    Assert.True(repair.Touches.HasFlag(Touches.Firewall), known.Check.Id);
            }
        }
    }

    /// <summary>The bad host, with what a real one has besides: the SSH server reads drop-ins, sudo too, and an administrator has a key.</summary>
    private static PreparedRoot Prepare(CheckCase known)
    {
        var root = new PreparedRoot();
        known.Bad(root);
        if (known.Check is Kinds.SshdCheck)
        {
            var settings = root.Read("/etc/ssh/sshd_config");
            AccountsCases.People(root).File("/home/alice/.ssh/authorized_keys", AccountsCases.Ed25519).File("/etc/ssh/sshd_config", "Include /etc/ssh/sshd_config.d/*.conf\n" + settings);
        }
        if (string.Equals(known.Check.Id, "sudo-timeout", StringComparison.Ordinal))
            root.File("/etc/sudoers", root.Read("/etc/sudoers") + "@includedir /etc/sudoers.d\n");
        if (string.Equals(known.Check.Id, "pam-no-nullok", StringComparison.Ordinal))
            AccountsCases.People(root);
        if (string.Equals(known.Check.Id, "password-hashes", StringComparison.Ordinal))
            AccountsCases.People(root).File("/etc/login.defs", "ENCRYPT_METHOD MD5\n");
        return root;
    }
}
