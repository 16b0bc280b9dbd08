using Garita.Gateway.Recipients;
using Garita.Gateway.Settings;
using Garita.Protocols.Address;
using Garita.Protocols.Smtp;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Garita.Gateway.Tests.Recipients;

public sealed class RecipientDirectoryTests : IDisposable
{
    private static readonly Mailbox Sender = new("s", "sender.example");
    private static readonly EnhancedCode NoMailbox = new(5, 1, 1);
    private readonly string _file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
    private readonly ManualTime _time = new();
    private readonly FakeLedger _ledger = new();
    private readonly RefusalMemory _memory;
    private readonly RecipientDirectory _directory;

    public RecipientDirectoryTests()
    {
        _memory = new RefusalMemory(_ledger, _time);
        _directory = new RecipientDirectory(_memory, _time, NullLoggerFactory.Instance);
    }

    [Theory]
    [InlineData("anna", "example.com", RecipientStatus.Known, "file")]
    [InlineData("ANNA", "example.com", RecipientStatus.Known, "file")]
    [InlineData("anna+tag", "example.com", RecipientStatus.Known, "file")]
    [InlineData("exact+one", "example.com", RecipientStatus.Known, "file")]
    [InlineData("exact", "example.com", RecipientStatus.Unknown, "file")]
    [InlineData("+tag", "example.com", RecipientStatus.Unknown, "file")]
    [InlineData("anyone", "example.org", RecipientStatus.Known, "catch-all")]
    [InlineData("eve", "example.com", RecipientStatus.Unknown, "file")]
    [InlineData("PostMaster", "example.com", RecipientStatus.Known, "postmaster")]
    [InlineData("postmaster", "", RecipientStatus.Known, "postmaster")]
    public async Task Who_exists(string local, string domain, RecipientStatus status, string foundIn)
    {
        var tenant = Apply("anna@example.com", "exact+one@example.com", "@example.org");
        Assert.Equal(new RecipientAnswer(status, foundIn), await _directory.FindAsync(tenant, Sender, new Mailbox(local, domain)));
    }

    [Fact]
    public async Task Nothing_read_is_unavailable_and_not_unknown()
    {
        var tenant = Apply(FileTenant());
        Assert.Equal(RecipientStatus.Unavailable, await StatusAsync(tenant, "anna"));
        Assert.Equal(RecipientStatus.Known, await StatusAsync(tenant, "postmaster"));
        Write("anna@example.com");
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(RecipientStatus.Known, await StatusAsync(tenant, "anna"));
    }

    [Fact]
    public async Task Any_takes_all()
    {
        var tenant = Apply(FileTenant() with { Recipients = new() });
        Assert.Equal(RecipientStatus.Known, await StatusAsync(tenant, "whoever"));
        Assert.Null(_directory.Count("acme"));
    }

    [Fact]
    public async Task A_file_renamed_into_place_is_seen_and_one_that_vanishes_is_not_believed()
    {
        var tenant = Apply("anna@example.com", "bob@example.com");
        File.WriteAllText(_file + ".new", "anna@example.com\nbob@example.com\ncarl@example.com\n");
        File.Move(_file + ".new", _file, overwrite: true);
        Assert.Equal(RecipientStatus.Unknown, await StatusAsync(tenant, "carl"));
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(RecipientStatus.Known, await StatusAsync(tenant, "carl"));
        File.Delete(_file);
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(RecipientStatus.Known, await StatusAsync(tenant, "carl"));
    }

    [Fact]
    public async Task A_reading_that_loses_too_much_is_taken_only_when_it_is_told_to()
    {
        var tenant = Apply("a@example.com", "b@example.com", "c@example.com");
        Write("a@example.com");
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(RecipientStatus.Known, await StatusAsync(tenant, "c"));
        Assert.Equal(3, _directory.Count("acme"));
        Assert.False((await _directory.SyncAsync("acme", force: false)).IsTaken);
        Assert.True((await _directory.SyncAsync("acme", force: true)).IsTaken);
        Assert.Equal(RecipientStatus.Unknown, await StatusAsync(tenant, "c"));
    }

    [Fact]
    public async Task A_refusal_of_the_address_holds_for_all_senders_for_two_hours()
    {
        var tenant = Apply("anna@example.com", "bob@example.com");
        foreach (var code in (EnhancedCode[])[NoMailbox, new(5, 1, 10), new(5, 4, 1)])
        {
            _directory.RefusedLate(tenant, Sender, new Mailbox("Anna", "example.com"), 550, code);
            Assert.Equal(new RecipientAnswer(RecipientStatus.RefusedLately, "late-refusal", 550, code), await _directory.FindAsync(tenant, null, new Mailbox("anna", "example.com")));
            Assert.Equal(RecipientStatus.Known, await StatusAsync(tenant, "bob"));
            _time.Advance(TimeSpan.FromHours(2));
            Assert.Equal(RecipientStatus.Known, await StatusAsync(tenant, "anna"));
        }
    }

    [Fact]
    public async Task Another_refusal_holds_for_the_pair_and_4xx_is_replayed_as_450()
    {
        var tenant = Apply("anna@example.com");
        var anna = new Mailbox("anna", "example.com");
        _directory.RefusedLate(tenant, Sender, anna, 554, new(5, 7, 1));
        Assert.Equal(new RecipientAnswer(RecipientStatus.RefusedLately, "late-refusal", 554, new(5, 7, 1)), await _directory.FindAsync(tenant, Sender, anna));
        Assert.Equal(RecipientStatus.Known, (await _directory.FindAsync(tenant, null, anna)).Status);
        _directory.RefusedLate(tenant, null, anna, 452, new(4, 2, 2));
        Assert.Equal(new RecipientAnswer(RecipientStatus.RefusedLately, "late-refusal", 450, new(4, 2, 2)), await _directory.FindAsync(tenant, null, anna));
        _directory.RefusedLate(tenant, null, anna, 250, null);
        Assert.Equal(2, _memory.Count);
    }

    [Fact]
    public async Task Refusals_end_when_the_source_changes_or_when_they_are_forgotten()
    {
        var tenant = Apply("anna@example.com");
        _directory.RefusedLate(tenant, Sender, new Mailbox("anna", "example.com"), 550, NoMailbox);
        Write("anna@example.com", "bob@example.com");
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(RecipientStatus.Known, await StatusAsync(tenant, "anna"));
        Assert.Equal(["anna@example.com"], _ledger.Forgotten);
        _directory.RefusedLate(tenant, Sender, new Mailbox("anna", "example.com"), 550, NoMailbox);
        Assert.Equal(1, _directory.Forget("ANNA@example.com"));
        Assert.Equal(RecipientStatus.Known, await StatusAsync(tenant, "anna"));
    }

    [Fact]
    public async Task A_restart_remembers()
    {
        var tenant = Apply("anna@example.com");
        _directory.RefusedLate(tenant, Sender, new Mailbox("anna", "example.com"), 550, NoMailbox);
        var memory = new RefusalMemory(_ledger, _time);
        await memory.LoadAsync();
        Assert.Equal((ushort)550, memory.Find(null, new Mailbox("anna", "example.com"))!.Code);
        _time.Advance(TimeSpan.FromHours(2));
        Assert.Null(memory.Find(null, new Mailbox("anna", "example.com")));
    }

    [Fact]
    public void The_memory_is_bounded()
    {
        for (var i = 0; i < RefusalMemory.Most + 10; i++)
            _memory.Remember(null, new Mailbox(FormattableString.Invariant($"u{i}"), "example.com"), 550, NoMailbox);
        Assert.Equal(RefusalMemory.Most, _memory.Count);
        Assert.Null(_memory.Find(null, new Mailbox("u0", "example.com")));
        Assert.NotNull(_memory.Find(null, new Mailbox("u10", "example.com")));
    }

    [Fact]
    public async Task A_mail_server_that_refuses_known_addresses_en_masse_is_not_believed()
    {
        var names = Enumerable.Range(0, 200).Select(static i => FormattableString.Invariant($"u{i}")).ToArray();
        var tenant = Apply([.. names.Select(static name => name + "@example.com"), "@example.org"]);
        // What only the catch-all knows does not count, and no address counts twice.
        for (var i = 0; i < 50; i++)
            _directory.RefusedLate(tenant, Sender, new Mailbox(names[i], "example.org"), 550, NoMailbox);
        for (var i = 0; i < 20; i++)
            _directory.RefusedLate(tenant, Sender, new Mailbox(names[i % 10], "example.com"), 550, NoMailbox);
        Assert.Equal(RecipientStatus.RefusedLately, await StatusAsync(tenant, names[0]));
        _directory.RefusedLate(tenant, Sender, new Mailbox(names[10], "example.com"), 550, NoMailbox);
        Assert.Equal(new RecipientAnswer(RecipientStatus.Unavailable, RecipientDirectory.Frozen), await _directory.FindAsync(tenant, Sender, new Mailbox(names[100], "example.com")));
        Assert.Equal(0, _memory.Count);
        _time.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(RecipientStatus.Known, await StatusAsync(tenant, names[0]));
    }

    [Fact]
    public async Task Slow_changes_are_believed()
    {
        var names = Enumerable.Range(0, 40).Select(static i => FormattableString.Invariant($"u{i}")).ToArray();
        var tenant = Apply([.. names.Select(static name => name + "@example.com")]);
        foreach (var name in names)
        {
            _directory.RefusedLate(tenant, Sender, new Mailbox(name, "example.com"), 550, NoMailbox);
            _time.Advance(TimeSpan.FromMinutes(2.5));
        }

        Assert.Equal(RecipientStatus.RefusedLately, await StatusAsync(tenant, names[^1]));
    }

    [Fact]
    public async Task A_reload_keeps_what_has_not_changed()
    {
        var tenant = Apply("anna@example.com");
        File.Delete(_file);
        Apply(tenant with { Recipients = tenant.Recipients with { Subaddress = "-" } });
        Assert.Equal(RecipientStatus.Known, await StatusAsync(tenant, "anna"));
        _directory.Apply(new GatewaySettings { Hostname = "mx.example.com", DataFolder = "/" });
        Assert.Equal(RecipientStatus.Unavailable, await StatusAsync(tenant, "anna"));
    }

    public void Dispose()
    {
        _directory.Dispose();
        File.Delete(_file);
    }

    private async Task<RecipientStatus> StatusAsync(TenantSettings tenant, string local) => (await _directory.FindAsync(tenant, Sender, new Mailbox(local, "example.com"))).Status;

    private TenantSettings FileTenant() => new()
    {
        Name = "acme",
        Domains = ["example.com", "example.org"],
        Backends = new() { Smtp = [] },
        Recipients = new() { Source = RecipientSource.File, File = _file },
    };

    private TenantSettings Apply(params string[] lines)
    {
        Write(lines);
        return Apply(FileTenant());
    }

    private TenantSettings Apply(TenantSettings tenant)
    {
        _directory.Apply(new GatewaySettings { Hostname = "mx.example.com", DataFolder = "/", Tenants = [tenant] });
        return tenant;
    }

    private void Write(params string[] lines) => File.WriteAllLines(_file, lines);
}
