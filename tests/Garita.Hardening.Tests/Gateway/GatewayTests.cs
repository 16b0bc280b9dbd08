using Garita.Hardening.Gateway;
using Xunit;

namespace Garita.Hardening.Tests.Gateway;

/// <summary>What could fool a check of Garita's own installation.</summary>
public sealed class GatewayTests
{
    [Theory]
    [InlineData("AmbientCapabilities=CAP_NET_BIND_SERVICE\nCapabilityBoundingSet=CAP_NET_BIND_SERVICE", Outcome.Pass)]
    [InlineData("CapabilityBoundingSet=~CAP_SYS_ADMIN", Outcome.Fail)]
    [InlineData("NoNewPrivileges=false", Outcome.Fail)]
    [InlineData("CapabilityBoundingSet=CAP_NET_ADMIN\nCapabilityBoundingSet=", Outcome.Pass)]
    [InlineData("#CapabilityBoundingSet=CAP_NET_ADMIN", Outcome.Pass)]
    [InlineData("CapabilityBoundingSet=\\\nCAP_NET_ADMIN", Outcome.Fail)]
    public void Drop_ins_are_put_together_as_systemd_does(string dropIn, Outcome expected) => Assert.Equal(expected, Looked.At(new GatewayUnitPrivileges(), WithDropIn(dropIn)).Outcome);

    [Fact]
    public void Bounding_that_is_not_said_is_all_of_them() =>
        Assert.Equal(Outcome.Fail, Looked.At(new GatewayUnitPrivileges(), new PreparedRoot().File("/lib/systemd/system/garita.service", GatewayCases.Unit.Replace("CapabilityBoundingSet=\n", "", StringComparison.Ordinal))).Outcome);

    [Fact]
    public void What_is_in_another_section_does_not_count() => Assert.Equal(Outcome.Fail, Looked.At(new GatewayUnitMemory(), WithDropIn("MemoryDenyWriteExecute=no\n[Unit]\nMemoryDenyWriteExecute=yes")).Outcome);

    [Fact]
    public void A_drop_in_for_all_services_counts() =>
        Assert.Equal(Outcome.Fail, Looked.At(new GatewayUnitSandbox(), WithDropIn("").File("/etc/systemd/system/service.d/10-debug.conf", "[Service]\nReadWritePaths=/\n")).Outcome);

    [Fact]
    public void A_drop_in_that_is_hidden_does_not_count() =>
        Assert.Equal(Outcome.Pass, Looked.At(new GatewayUnitMemory(), WithDropIn("").File("/lib/systemd/system/garita.service.d/jit.conf", "[Service]\nMemoryDenyWriteExecute=no\n").Link("/etc/systemd/system/garita.service.d/jit.conf", "/dev/null")).Outcome);

    [Fact]
    public void A_unit_in_etc_hides_the_package_s() =>
        Assert.Equal(Outcome.Fail, Looked.At(new GatewayUnitUser(), WithDropIn("").File("/etc/systemd/system/garita.service", "[Service]\nExecStart=/usr/lib/garita/garita serve\n")).Outcome);

    [Theory]
    [InlineData("ExecStartPre=+/bin/sh -c true", Outcome.Fail)]
    [InlineData("ExecStartPre=-!/bin/true", Outcome.Fail)]
    [InlineData("ExecStartPre=-/bin/echo +", Outcome.Pass)]
    [InlineData("User=\nDynamicUser=yes", Outcome.Pass)]
    [InlineData("User=", Outcome.Fail)]
    public void A_line_with_full_privileges_is_root(string dropIn, Outcome expected) => Assert.Equal(expected, Looked.At(new GatewayUnitUser(), WithDropIn(dropIn)).Outcome);

    [Fact]
    public void Without_a_unit_nobody_knows() => Assert.Equal(Outcome.Unknown, Looked.At(new GatewayUnitUser(), new PreparedRoot()).Outcome);

    [Fact]
    public void The_settings_are_those_that_the_unit_names()
    {
        var root = WithDropIn("ExecStart=\nExecStart=/usr/lib/garita/garita serve --config /srv/garita.toml").File("/srv/garita.toml", "[bans]\nenabled = false\n");
        Assert.Equal(Outcome.Fail, Looked.At(new GatewayBans(), GatewayCases.Set(root, "")).Outcome);
    }

    [Fact]
    public void Settings_with_errors_are_unknown() => Assert.All(
        GatewayChecks.All.Where(static check => check is GatewaySettingsCheck),
        static check => Assert.Equal(Outcome.Unknown, Looked.At(check, GatewayCases.Set(new PreparedRoot(), "[bans\nenabled = true\n")).Outcome));

    [Fact]
    public void Without_settings_nothing_applies() => Assert.All(
        GatewayChecks.All.Where(static check => check is GatewaySettingsCheck),
        static check => Assert.Equal(Outcome.NotApplicable, Looked.At(check, new PreparedRoot()).Outcome));

    [Theory]
    [InlineData("[[tenant]]\nname = \"a\"\n[tenant.rules]\nvirus = \"off\"\n", Outcome.Fail)]
    [InlineData("[[tenant]]\nname = \"a\"\n[[tenant]]\nname = \"b\"\n[tenant.rules]\nvirus = \"shadow\"\n", Outcome.Warning)]
    [InlineData("rules.virus = \"off\"\n", Outcome.Fail)]
    [InlineData("rules = { virus = \"off\" }\n", Outcome.Fail)]
    [InlineData("[rules]\nbare-newline = \"normalize\"\n", Outcome.Pass)]
    public void Rules_are_found_wherever_they_are_written(string settings, Outcome expected) => Assert.Equal(expected, Looked.At(new GatewayRules(), GatewayCases.Set(new PreparedRoot(), settings)).Outcome);

    [Theory]
    [InlineData("smtp = \"[2001:db8::7]:25\"\ntls = \"none\"", Outcome.Fail)]
    [InlineData("smtp = \"lmtp:unix:/run/lmtp\"\ntls = \"none\"", Outcome.Pass)]
    [InlineData("smtp = [\"10.0.0.1:25\", \"lmtp:198.51.100.7:24\"]\ntls = \"opportunistic\"", Outcome.Fail)]
    [InlineData("smtp = \"mail.example.com:25\"\ntls = \"opportunistic\"", Outcome.Warning)]
    [InlineData("smtp = \"mail.example.com:25\"", Outcome.Pass)]
    [InlineData("smtp = \"198.51.100.7:25\"\ntls = \"required\"", Outcome.Pass)]
    public void Where_a_server_is_decides(string backends, Outcome expected) =>
        Assert.Equal(expected, Looked.At(new GatewayBackendTls(), GatewayCases.Set(new PreparedRoot(), $"[[tenant]]\nname = \"a\"\n[tenant.backends]\n{backends}\n")).Outcome);

    [Theory]
    [InlineData("[admin]\nbind = \"\"\n", Outcome.Pass)]
    [InlineData("", Outcome.Pass)]
    [InlineData("[admin]\nbind = \"10.0.0.1:8025\"\n", Outcome.Warning)]
    [InlineData("[admin]\nbind = \"[::]:8025\"\n", Outcome.Fail)]
    public void The_endpoint_is_judged_by_who_reaches_it(string settings, Outcome expected) => Assert.Equal(expected, Looked.At(new GatewayAdminEndpoint(), GatewayCases.Set(new PreparedRoot(), settings)).Outcome);

    [Theory]
    [InlineData(90, Outcome.Pass)]
    [InlineData(15, Outcome.Pass)]
    [InlineData(13, Outcome.Warning)]
    [InlineData(-1, Outcome.Fail)]
    public void A_certificate_is_judged_by_the_days_it_has_left(int days, Outcome expected) => Assert.Equal(expected, Looked.At(new GatewayCertificate(), GatewayCases.Certificate(new PreparedRoot(), days)).Outcome);

    [Fact]
    public void What_is_no_certificate_is_unknown() =>
        Assert.Equal(Outcome.Unknown, Looked.At(new GatewayCertificate(), GatewayCases.Set(new PreparedRoot(), "[[certificate]]\ncertificate = \"c.pem\"\nkey = \"k.pem\"\n").File("/etc/garita/c.pem", "hello\n")).Outcome);

    [Fact]
    public void The_wall_is_unknown_without_root_or_nft()
    {
        Assert.Equal(Outcome.Unknown, Looked.At(new GatewayWall(), new PreparedRoot()).Outcome);
        Assert.Equal(Outcome.Unknown, Looked.At(new GatewayWall(), new PreparedRoot().Live()).Outcome);
        Assert.Equal(Outcome.Unknown, Looked.At(new GatewayWall(), new PreparedRoot().Says("nft list tables", "", 1, "Operation not permitted")).Outcome);
        // Another table of the same name is another one.
        Assert.Equal(Outcome.Fail, Looked.At(new GatewayWall(), new PreparedRoot().Says("nft list tables", "table ip garita\ntable inet garita_lockdown\n")).Outcome);
    }

    private static PreparedRoot WithDropIn(string dropIn) => new PreparedRoot().File("/lib/systemd/system/garita.service", GatewayCases.Unit).File("/etc/systemd/system/garita.service.d/override.conf", $"[Service]\n{dropIn}\n");
}
