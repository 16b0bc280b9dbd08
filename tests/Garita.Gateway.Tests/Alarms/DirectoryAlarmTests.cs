using Garita.Gateway.Alarms;
using Garita.Gateway.Recipients;
using Garita.Gateway.Settings;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Garita.Gateway.Tests.Alarms;

public sealed class DirectoryAlarmTests : IDisposable
{
    private readonly string _file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
    private readonly ManualTime _time = new();
    private readonly HeardAlarms _heard = new();

    [Fact]
    public void A_file_that_shrinks_or_vanishes_is_told_and_so_is_its_end()
    {
        File.WriteAllLines(_file, ["a@example.com", "b@example.com", "c@example.com"]);
        var tenant = new TenantSettings
        {
            Name = "acme",
            Domains = ["example.com"],
            Backends = new BackendSettings { Smtp = [] },
            Recipients = new RecipientSettings { Source = RecipientSource.File, File = _file },
        };
        using var directory = new RecipientDirectory(new RefusalMemory(new FakeLedger(), _time), _time, NullLoggerFactory.Instance, alarms: _heard);
        directory.Apply(new GatewaySettings { Hostname = "gate.example", DataFolder = "/", Tenants = [tenant] });
        _heard.Raised.Clear();

        File.WriteAllText(_file, "a@example.com\n");
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal((AlarmKind.DirectoryShrunk, "acme", _file, false), Last());
        File.Delete(_file);
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal((AlarmKind.DirectoryStale, "acme", _file, false), Last());
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(2, _heard.Raised.Count);
        File.WriteAllLines(_file, ["a@example.com", "b@example.com", "c@example.com"]);
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal([(AlarmKind.DirectoryStale, true), (AlarmKind.DirectoryShrunk, true)], _heard.Raised.Skip(2).Select(static alarm => (alarm.Kind, alarm.IsOver)));
    }

    [Fact]
    public void A_mail_server_that_refuses_whom_it_should_know_is_told()
    {
        File.WriteAllLines(_file, Enumerable.Range(0, 20).Select(static i => $"user{i}@example.com"));
        var tenant = new TenantSettings
        {
            Name = "acme",
            Domains = ["example.com"],
            Backends = new BackendSettings { Smtp = [] },
            Recipients = new RecipientSettings { Source = RecipientSource.File, File = _file },
        };
        using var directory = new RecipientDirectory(new RefusalMemory(new FakeLedger(), _time), _time, NullLoggerFactory.Instance, alarms: _heard);
        directory.Apply(new GatewaySettings { Hostname = "gate.example", DataFolder = "/", Tenants = [tenant] });
        for (var i = 0; i < 5; i++)
            directory.RefusedLate(tenant, null, new Garita.Protocols.Address.Mailbox("user" + i, "example.com"), 550, new(5, 1, 1));
        Assert.Equal(AlarmKind.LateRefusals, Last().Kind);
    }

    public void Dispose() => File.Delete(_file);

    private (AlarmKind Kind, string? Tenant, string Key, bool IsOver) Last() => _heard.Raised.Last() is var alarm ? (alarm.Kind, alarm.Tenant, alarm.Key, alarm.IsOver) : default;
}
