using System.Net;
using System.Security.Cryptography;
using System.Text;
using Garita.Gateway.Ledger;
using Garita.Gateway.Relay;
using Garita.Gateway.Relay.Letters;
using Garita.Gateway.Relay.Quarantine;
using Garita.Gateway.Settings;
using Garita.Gateway.Tests.Alarms;
using Garita.Gateway.Tests.Dialogue;
using Garita.Gateway.Tests.Ledger;
using Garita.Protocols.Address;
using Garita.Protocols.Smtp;

namespace Garita.Gateway.Tests.Relay.Quarantine;

/// <summary>A quarantine on a folder and a ledger of its own, whose disk and ledger can be made to fail or to stop at any step.</summary>
internal sealed class QuarantineScene : IAsyncDisposable
{
    private QuarantineScene(LedgerFolder folder, SqliteLedger ledger, QuarantineStore store, Steps steps, FakeRelay relay)
    {
        Folder = folder;
        Ledger = ledger;
        Store = store;
        Steps = steps;
        Relay = relay;
        Release = new QuarantineRelease(store, relay, folder.Time, folder);
    }

    public static QuarantineActor Anna { get; } = new("anna (1000)", "control.sock");

    public LedgerFolder Folder { get; }

    public SqliteLedger Ledger { get; }

    public IQuarantineIndex Index => Ledger;

    public QuarantineStore Store { get; }

    public Steps Steps { get; }

    public FakeRelay Relay { get; }

    public QuarantineRelease Release { get; }

    public required HeardAlarms Alarms { get; init; }

    public required TenantSettings Tenant { get; init; }

    public string Root => Path.Combine(Folder.Data, "quarantine");

    /// <summary>Files of the tenant, with their extensions.</summary>
    public IReadOnlyList<string> Files => Directory.Exists(Path.Combine(Root, "acme")) ? [.. Directory.GetFiles(Path.Combine(Root, "acme")).Order(StringComparer.Ordinal)] : [];

    /// <summary>Opens it on a folder, which may hold what an earlier one left.</summary>
    public static async Task<QuarantineScene> OpenAsync(LedgerFolder? folder = null, QuarantineSettings? quarantine = null, int failAt = int.MaxValue, bool dies = false)
    {
        folder ??= new LedgerFolder();
        var ledger = await folder.OpenAsync();
        var tenant = new TenantSettings
        {
            Name = "acme",
            Domains = ["example.com"],
            Backends = new BackendSettings { Smtp = [new BackendAddress("127.0.0.1", 1, false, false)] },
            Quarantine = quarantine ?? new QuarantineSettings(),
        };
        var settings = new GatewaySettings { Hostname = "gw.example.com", DataFolder = folder.Data, Tenants = [tenant] };
        var steps = new Steps(failAt, dies);
        var alarms = new HeardAlarms();
        var store = new QuarantineStore(settings, steps.Around(ledger), steps, folder.Time, alarms, folder);
        steps.IsOn = false;
        await store.TryRecoverAsync();
        steps.IsOn = true;
        return new QuarantineScene(folder, ledger, store, steps, new FakeRelay()) { Alarms = alarms, Tenant = tenant };
    }

    /// <summary>Ends this one and opens the next on the same folder, as a start after a kill does.</summary>
    public async Task<QuarantineScene> RestartAsync()
    {
        await DisposeAsync(keepsFolder: true);
        return await OpenAsync(Folder, Tenant.Quarantine);
    }

    public QuarantinedMessage Message(string text = "From: a@x.test\r\nSubject: hello\r\n\r\nhi\r\n", string sender = "a@x.test", string rule = "from-header", string subject = "hello", params string[] recipients) =>
        new(Delivery(Encoding.Latin1.GetBytes(text), sender, recipients.Length == 0 ? ["user1@example.com"] : recipients), [new RuleHit(rule, RuleHit.Quarantine, "why")], subject, "a@x.test", "<1@x.test>");

    public async Task<string> KeepAsync(string text = "From: a@x.test\r\nSubject: hello\r\n\r\nhi\r\n", string sender = "a@x.test", string rule = "from-header", string subject = "hello", params string[] recipients)
    {
        var (outcome, id) = await Store.KeepAsync(Message(text, sender, rule, subject, recipients));
        Xunit.Assert.Equal(QuarantineOutcome.Kept, outcome);
        return id;
    }

    public async Task<QuarantineEntry?> GetAsync(string id) => await Index.GetAsync(id);

    public ValueTask DisposeAsync() => DisposeAsync(keepsFolder: false);

    private async ValueTask DisposeAsync(bool keepsFolder)
    {
        await Store.DisposeAsync();
        await Ledger.DisposeAsync();
        if (!keepsFolder)
            Folder.Dispose();
    }

    private Delivery Delivery(byte[] octets, string sender, string[] recipients) => new()
    {
        Tenant = Tenant,
        Session = "s1",
        Mail = new MailCommand { Path = PathOf(sender), Body = MailBody.EightBitMime, EnvelopeId = "E1" },
        Recipients = [.. recipients.Select(static recipient => new RcptCommand { Path = PathOf(recipient), Notify = DsnNotify.Failure })],
        AddedFields = "Received: x\r\n"u8.ToArray(),
        Letter = new OctetLetter(octets),
        Deadline = long.MaxValue,
        Client = new ClientIdentity(new IPEndPoint(IPAddress.Parse("192.0.2.7"), 4711), new IPEndPoint(IPAddress.Loopback, 25), "mail.x.test", "helo.x.test", IsEsmtp: true),
    };

    private static SmtpPath PathOf(string address)
    {
        Mailbox? mailbox = null;
        Xunit.Assert.True(address.Length == 0 || PathParser.TryParseMailbox(address, out mailbox));
        return new SmtpPath(mailbox, HasSourceRoute: false, HasTrailingDot: false);
    }

    /// <summary>A letter that is read in pieces of 7 octets.</summary>
    private sealed class OctetLetter(byte[] octets) : ILetter
    {
        public long Length => octets.Length;

        public Memory<byte>? GetRoom() => null;

        public ValueTask<bool> AdvanceAsync(int count) => new(false);

        public ValueTask<byte[]> SealAsync() => new(SHA256.HashData(octets));

        public ValueTask<ReadOnlyMemory<byte>> HeadAsync(int most) => new(octets.AsMemory(0, Math.Min(most, octets.Length)));

        public ValueTask<ReadOnlyMemory<byte>> ReadAsync(long offset) => new(octets.AsMemory((int)offset, (int)Math.Min(7, octets.Length - offset)));

        public void Dispose()
        {
            // Nothing is held.
        }
    }
}

/// <summary>Counts the steps to disk and ledger. The n-th fails; or, where it dies there, it and all behind it do nothing, as after a kill.</summary>
internal sealed class Steps(int failAt, bool dies) : IMailDisk
{
    private int _failAt = failAt;
    private readonly MailDisk _disk = new();
    private int _taken;

    public bool IsOn { get; set; }

    /// <summary>Steps that were taken.</summary>
    public int Taken => _taken;

    /// <summary>Whether the n-th was reached.</summary>
    public bool HasFailed { get; private set; }

    /// <summary>What a step throws when it fails.</summary>
    public Func<Exception> Failure { get; set; } = static () => new IOException("injected");

    public IQuarantineIndex Around(IQuarantineIndex index) => new StepsOfIndex(index, this);

    /// <summary>The n-th step from here fails.</summary>
    public void FailAfter(int steps) => _failAt = _taken + steps;

    public void Step()
    {
        if (!IsOn)
            return;
        var number = Interlocked.Increment(ref _taken);
        if (number == _failAt || (dies && number > _failAt))
        {
            HasFailed = true;
            throw Failure();
        }
    }

    public void MakeFolder(string path)
    {
        Step();
        _disk.MakeFolder(path);
    }

    public IMailFile Create(string path)
    {
        Step();
        return new StepsOfFile(_disk.Create(path), this);
    }

    public IMailFile Open(string path) => _disk.Open(path);

    public IReadOnlyList<string> Folders(string path) => _disk.Folders(path);

    public IEnumerable<(string Name, long Length)> Files(string path) => _disk.Files(path);

    public void Rename(string from, string to)
    {
        Step();
        _disk.Rename(from, to);
    }

    public void Delete(string path)
    {
        Step();
        _disk.Delete(path);
    }

    public void FlushFolder(string path)
    {
        Step();
        _disk.FlushFolder(path);
    }

    private sealed class StepsOfFile(IMailFile file, Steps steps) : IMailFile
    {
        public long Length => file.Length;

        public async ValueTask WriteAsync(ReadOnlyMemory<byte> octets, long offset)
        {
            try
            {
                steps.Step();
            }
            catch (IOException)
            {
                // A write that fails may have written a part.
                await file.WriteAsync(octets[..(octets.Length / 2)], offset);
                throw;
            }

            await file.WriteAsync(octets, offset);
        }

        public void Flush()
        {
            steps.Step();
            file.Flush();
        }

        public ValueTask<int> ReadAsync(Memory<byte> buffer, long offset) => file.ReadAsync(buffer, offset);

        public void Dispose() => file.Dispose();
    }

    /// <summary>The ledger, as far as it writes. It may fail before, or behind, what it was to do.</summary>
    private sealed class StepsOfIndex(IQuarantineIndex index, Steps steps) : IQuarantineIndex
    {
        public Task AddAsync(IReadOnlyList<QuarantineEntry> entries) => WriteAsync(() => index.AddAsync(entries));

        public Task<string?> TwinAsync(string twin, DateTimeOffset since) => index.TwinAsync(twin, since);

        public Task<QuarantineEntry?> GetAsync(string id) => index.GetAsync(id);

        public Task<IReadOnlyList<QuarantineEntry>> FindAsync(QuarantineQuery query) => index.FindAsync(query);

        public Task<IReadOnlyList<QuarantineRow>> RowsAsync() => index.RowsAsync();

        public Task<IReadOnlyList<QuarantineRow>> ReleasingAsync() => index.ReleasingAsync();

        public Task<IReadOnlyList<QuarantineRow>> OlderAsync(string tenant, DateTimeOffset before, int most) => index.OlderAsync(tenant, before, most);

        public async Task<bool> BeginReleaseAsync(string id, IReadOnlyList<string> recipients, IReadOnlyList<QuarantineState> from, AuditEntry audit)
        {
            var begun = false;
            await WriteAsync(async () => begun = await index.BeginReleaseAsync(id, recipients, from, audit));
            return begun;
        }

        public Task EndReleaseAsync(string id, QuarantineState to, AuditEntry? audit) => WriteAsync(() => index.EndReleaseAsync(id, to, audit));

        public Task ConfirmReleaseAsync(string id, IReadOnlyList<string> recipients) => WriteAsync(() => index.ConfirmReleaseAsync(id, recipients));

        public Task RemoveAsync(string id, AuditEntry? audit) => WriteAsync(() => index.RemoveAsync(id, audit));

        public Task NoteAsync(AuditEntry audit) => WriteAsync(() => index.NoteAsync(audit));

        public Task<IReadOnlyList<QuarantineUntold>> UntoldAsync(string tenant, DateTimeOffset since, int most) => index.UntoldAsync(tenant, since, most);

        public Task ToldAsync(string tenant, string recipient, DateTimeOffset at) => WriteAsync(() => index.ToldAsync(tenant, recipient, at));

        private async Task WriteAsync(Func<Task> write)
        {
            try
            {
                steps.Step();
                await write();
                // Done, and killed before anybody heard of it.
                steps.Step();
            }
            catch (IOException e)
            {
                throw new LedgerUnavailableException(e.Message, e);
            }
        }
    }
}
