using Garita.Gateway.Alarms;
using Garita.Gateway.Recipients;
using Garita.Gateway.Settings;
using Garita.Gateway.Tests.Alarms;
using Garita.Protocols.Address;
using Garita.Protocols.Ldap;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Garita.Gateway.Tests.Recipients.Ldap;

/// <summary>A recipient directory with one tenant whose source is LDAP, a data folder and a clock of its own.</summary>
internal sealed class LdapWorld : IDisposable
{
    private readonly bool _ownsFolder;
    private readonly HeardAlarms _alarms = new();

    internal LdapWorld()
        : this(System.IO.Directory.CreateTempSubdirectory("garita-ldap-").FullName, new ManualTime()) => _ownsFolder = true;

    private LdapWorld(string folder, ManualTime time)
    {
        Folder = folder;
        Time = time;
        Directory = new RecipientDirectory(new RefusalMemory(new FakeLedger(), time), time, NullLoggerFactory.Instance, alarms: _alarms);
    }

    internal string Folder { get; }

    internal ManualTime Time { get; }

    internal RecipientDirectory Directory { get; }

    internal IReadOnlyList<Alarm> Alarms => [.. _alarms.Raised.Where(static alarm => !alarm.IsOver)];

    public void Dispose()
    {
        Directory.Dispose();
        // A reading is in force before it is kept: its file may still be being written.
        if (_ownsFolder)
            Assert.True(SpinWait.SpinUntil(TryDelete, TimeSpan.FromSeconds(60)));
    }

    private bool TryDelete()
    {
        try
        {
            System.IO.Directory.Delete(Folder, recursive: true);
            return true;
        }
        catch (DirectoryNotFoundException)
        {
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>Another run of the program on the same folder.</summary>
    internal LdapWorld Restart() => new(Folder, Time);

    internal TenantSettings Apply(LdapServer server, Func<LdapSettings, LdapSettings>? change = null, IReadOnlyList<string>? domains = null)
    {
        var settings = new LdapSettings
        {
            Servers = [server],
            Tls = LdapTls.None,
            Base = "dc=example,dc=com",
            Filter = LdapFilter.Parse("(mail=*)"),
            Attributes = ["mail", "proxyAddresses"],
        };
        var tenant = new TenantSettings
        {
            Name = "acme",
            Domains = domains ?? ["example.com", "example.org"],
            Backends = new() { Smtp = [] },
            Recipients = new() { Source = RecipientSource.Ldap, Ldap = change?.Invoke(settings) ?? settings },
        };
        Directory.Apply(new GatewaySettings { Hostname = "mx.example.com", DataFolder = Folder, Tenants = [tenant] });
        return tenant;
    }

    internal ValueTask<RecipientAnswer> FindAsync(TenantSettings tenant, string local, string domain = "example.com") => Directory.FindAsync(tenant, null, new Mailbox(local, domain));

    /// <summary>Turns the clock until something is so; the reading itself takes real time.</summary>
    internal async Task ReachAsync(TimeSpan by, Func<bool> isSo)
    {
        // The timer is set anew only after the last reading has ended.
        for (var i = 0; i < 1000 && !isSo(); i++)
        {
            if (i % 30 == 0)
                Time.Advance(by + TimeSpan.FromMilliseconds(1));
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        }

        Assert.True(isSo());
    }
}
