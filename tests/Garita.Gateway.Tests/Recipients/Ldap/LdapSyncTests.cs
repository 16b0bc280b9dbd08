using Garita.Gateway.Alarms;
using Garita.Gateway.Recipients;
using Xunit;
using static Garita.Gateway.Tests.Recipients.Ldap.ScriptedLdapServer;

namespace Garita.Gateway.Tests.Recipients.Ldap;

/// <summary>Readings of good and bad directories: what is not a whole good reading changes nothing.</summary>
public sealed class LdapSyncTests : IDisposable
{
    private readonly LdapWorld _world = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task All_pages_aliases_and_schemes_are_read()
    {
        using var server = new ScriptedLdapServer(
            ("mail", ["Anna@Example.com"]), ("proxyAddresses", ["SMTP:bob@example.com", "smtp:Robert@example.com", "x500:/o=x", "sip:bob@example.com"]),
            ("mail", ["list@example.com", "x@elsewhere.example"]), ("PROXYADDRESSES", ["sMtP:carl@example.com"]), ("mail", ["not an address", "@example.org"]));
        var tenant = _world.Apply(server.Address);
        var result = await _world.Directory.SyncAsync("acme", force: false);
        Assert.Equal((true, 6, null), (result.IsTaken, result.Count, result.Problem));
        foreach (var known in (string[])["anna", "BOB", "robert", "list", "carl", "anna+tag"])
            Assert.Equal(new RecipientAnswer(RecipientStatus.Known, "ldap"), await _world.FindAsync(tenant, known));
        Assert.Equal("catch-all", (await _world.FindAsync(tenant, "anyone", "example.org")).FoundIn);
        Assert.Equal(3, server.Searches);
        Assert.Equal(_world.Time.GetUtcNow(), _world.Directory.StateOf("acme")!.Taken);
    }

    [Fact]
    public async Task A_wrong_password_is_said_and_not_tried_at_other_servers()
    {
        using var server = new ScriptedLdapServer((stream, asked) => stream.WriteAsync(Message(asked.Id, Result(0x61, 49, "80090308: data 52e"))).AsTask());
        using var other = new ScriptedLdapServer(("mail", ["a@example.com"]));
        _world.Apply(server.Address, settings => settings with { Servers = [server.Address, other.Address], BindDn = "cn=g", PasswordVariable = "PATH" });
        await FailsAsync("refused the bind: InvalidCredentials (49): 80090308: data 52e");
        Assert.Equal(0, other.Connections);
        Assert.Equal((AlarmKind.DirectoryStale, 1), (_world.Alarms[0].Kind, _world.Alarms.Count(static alarm => alarm.Text.Contains("password", StringComparison.Ordinal))));
    }

    [Fact]
    public async Task A_server_that_drops_in_the_middle_of_a_page_is_followed_by_the_next_from_the_beginning()
    {
        using var good = new ScriptedLdapServer(("mail", ["a@example.com"]), ("mail", ["b@example.com"]), ("mail", ["c@example.com"]));
        using var bad = new ScriptedLdapServer();
        bad.Entries = good.Entries;
        bad.Answer = async (stream, asked) =>
        {
            if (asked.Has("page2."))
            {
                await stream.WriteAsync(Message(asked.Id, Entry(("mail", ["c@example.com"]))).AsMemory(0, 20));
                throw new IOException("dropped");
            }

            await bad.Usual(stream, asked);
        };
        _world.Apply(bad.Address, settings => settings with { Servers = [bad.Address, good.Address] });
        Assert.Equal(3, (await _world.Directory.SyncAsync("acme", force: false)).Count);
        Assert.Equal(2, bad.Searches);
        Assert.Equal(2, good.Searches);
        good.Dispose();
        bad.Answer = bad.Usual;
        Assert.True((await _world.Directory.SyncAsync("acme", force: false)).IsTaken);
    }

    [Fact]
    public async Task A_server_that_drops_alone_fails_and_the_last_reading_stays()
    {
        using var server = new ScriptedLdapServer(("mail", ["a@example.com"]), ("mail", ["b@example.com"]), ("mail", ["c@example.com"]));
        var tenant = _world.Apply(server.Address);
        Assert.True((await _world.Directory.SyncAsync("acme", force: false)).IsTaken);
        server.Answer = (stream, asked) => asked.Has("page2.") ? throw new IOException("dropped") : server.Usual(stream, asked);
        Assert.Equal(3, (await FailsAsync("the connection")).Count);
        Assert.Equal(RecipientStatus.Known, (await _world.FindAsync(tenant, "c")).Status);
    }

    public static TheoryData<string, Func<Stream, Asked, Task>> Hostile => new()
    {
        { "does not speak LDAP", static (stream, _) => stream.WriteAsync("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray()).AsTask() },
        { "beyond the bounds", static (stream, _) => stream.WriteAsync(new byte[] { 0x30, 0x84, 0, 0xA0, 0, 0 }).AsTask() },
        { "beyond the bounds", static (stream, asked) => stream.WriteAsync(Message(asked.Id, Entry(("mail", [new string('x', 10_000_000)])))).AsTask() },
        { "beyond the bounds", static (stream, asked) => stream.WriteAsync(Message(asked.Id, Entry(("mail", [new string('x', 100_000)])))).AsTask() },
        { "answered what was not asked", static (stream, asked) => stream.WriteAsync(Message(asked.Id + 1, Result(0x65, 0))).AsTask() },
        { "sent more than was asked for", static (stream, asked) => stream.WriteAsync(Message(asked.Id, Result(0x61, 0))).AsTask() },
        { "hangs up: Unavailable (52): going down", static (stream, _) => stream.WriteAsync(Message(0, Result(0x78, 52, "going down"))).AsTask() },
        { "ended the reading after 0 entries: Referral (10)", static (stream, asked) => stream.WriteAsync(Message(asked.Id, Tlv(0x65, Tlv(0x0A, [10]), Tlv(4), Tlv(4), Tlv(0xA3, Tlv(4, "ldap://127.0.0.1:1/"u8.ToArray()))))).AsTask() },
        { "give the reader a higher limit", static (stream, asked) => stream.WriteAsync(Message(asked.Id, Result(0x65, 4))).AsTask() },
        { "cannot page", static (stream, asked) => stream.WriteAsync(Message(asked.Id, Result(0x65, 12))).AsTask() },
        { "is base right?", static (stream, asked) => stream.WriteAsync(Message(asked.Id, Result(0x65, 32))).AsTask() },
        { "sent more than was asked for", static (stream, asked) => EndlessAsync(stream, Message(asked.Id, Entry(("mail", ["a@example.com"])))) },
        { "sent more than was asked for", static (stream, asked) => EndlessAsync(stream, Message(asked.Id, Tlv(0x73, Tlv(4, "ldap://127.0.0.1:1/"u8.ToArray())))) },
    };

    [Theory]
    [MemberData(nameof(Hostile))]
    public async Task Hostile_answers_change_nothing(string expected, Func<Stream, Asked, Task> answer)
    {
        using var server = new ScriptedLdapServer(("mail", ["a@example.com"]));
        var tenant = _world.Apply(server.Address);
        Assert.True((await _world.Directory.SyncAsync("acme", force: false)).IsTaken);
        server.Answer = (stream, asked) => asked.Operation == 3 ? answer(stream, asked) : server.Usual(stream, asked);
        Assert.Equal(1, (await FailsAsync(expected)).Count);
        Assert.Equal(RecipientStatus.Known, (await _world.FindAsync(tenant, "a")).Status);
    }

    [Fact]
    public async Task A_silent_server_costs_its_deadline()
    {
        using var server = new ScriptedLdapServer(static (_, _) => Task.CompletedTask);
        _world.Apply(server.Address);
        var reading = _world.Directory.SyncAsync("acme", force: false);
        while (!reading.IsCompleted)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
            if (server.Requests.Any(static request => request.Operation == 0))
                _world.Time.Advance(TimeSpan.FromSeconds(5));
        }

        Assert.Contains("the bind took longer than 5 s", (await reading).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reading_that_loses_too_much_or_all_is_refused_raised_and_taken_by_force()
    {
        using var server = new ScriptedLdapServer();
        var tenant = _world.Apply(server.Address);
        await FailsAsync("not one address");
        server.Entries = [.. Enumerable.Range(0, 10).Select(static i => ("mail", new[] { FormattableString.Invariant($"u{i}@example.com") }))];
        Assert.Equal(10, (await _world.Directory.SyncAsync("acme", force: false)).Count);
        server.Entries = [.. server.Entries.Take(7)];
        await FailsAsync("would lose 3 of 10");
        Assert.Contains(_world.Alarms, static alarm => alarm.Kind == AlarmKind.DirectoryShrunk && alarm.Text.Contains("3 of 10", StringComparison.Ordinal));
        Assert.Equal(RecipientStatus.Known, (await _world.FindAsync(tenant, "u9")).Status);
        Assert.Contains("would lose 3", _world.Directory.StateOf("acme")!.Problem, StringComparison.Ordinal);
        Assert.Equal(7, (await _world.Directory.SyncAsync("acme", force: true)).Count);
        Assert.Equal(RecipientStatus.Unknown, (await _world.FindAsync(tenant, "u9")).Status);
    }

    [Fact]
    public async Task The_reading_survives_a_restart_with_its_age_and_only_whole_and_for_the_same_settings()
    {
        using var server = new ScriptedLdapServer(("mail", ["a@example.com", "\"o brien\"@example.com", "gr\u00FC\u00DFe@example.com", "@example.org"]));
        _world.Apply(server.Address);
        Assert.True((await _world.Directory.SyncAsync("acme", force: false)).IsTaken);
        var taken = _world.Time.GetUtcNow();
        server.Dispose();
        _world.Time.Advance(TimeSpan.FromHours(1));
        using (var again = _world.Restart())
        {
            var tenant = again.Apply(server.Address);
            Assert.Equal((4, taken), (again.Directory.Count("acme"), again.Directory.StateOf("acme")!.Taken));
            foreach (var known in (string[])["a", "o brien", "gr\u00FC\u00DFe"])
                Assert.Equal(RecipientStatus.Known, (await again.FindAsync(tenant, known)).Status);
        }

        using (var other = _world.Restart())
        {
            other.Apply(server.Address, static settings => settings with { Base = "dc=other" });
            Assert.Null(other.Directory.Count("acme"));
        }

        var file = Path.Combine(_world.Folder, "recipients", "acme.ldap");
        var text = await File.ReadAllTextAsync(file);
        await File.WriteAllTextAsync(file, text[..^10]);
        using var cut = _world.Restart();
        cut.Apply(server.Address);
        Assert.Null(cut.Directory.Count("acme"));
    }

    [Fact]
    public async Task It_reads_by_itself_and_soon_again_after_a_failure()
    {
        using var server = new ScriptedLdapServer(("mail", ["a@example.com"]));
        var tenant = _world.Apply(server.Address);
        await _world.ReachAsync(TimeSpan.Zero, () => _world.Directory.Count("acme") == 1);
        server.Entries = [.. server.Entries, ("mail", ["b@example.com"])];
        await _world.ReachAsync(TimeSpan.FromMinutes(15), () => _world.Directory.Count("acme") == 2);
        server.Answer = static (_, _) => throw new IOException("down");
        await _world.ReachAsync(TimeSpan.FromMinutes(15), () => _world.Directory.StateOf("acme")!.Problem is not null);
        server.Answer = server.Usual;
        await _world.ReachAsync(TimeSpan.FromMinutes(1), () => _world.Directory.StateOf("acme")!.Problem is null);
        Assert.Equal(RecipientStatus.Known, (await _world.FindAsync(tenant, "b")).Status);
    }

    private async Task<SyncResult> FailsAsync(string expected)
    {
        var result = await _world.Directory.SyncAsync("acme", force: false);
        Assert.False(result.IsTaken);
        Assert.Contains(expected, result.Problem, StringComparison.Ordinal);
        return result;
    }

    private static async Task EndlessAsync(Stream stream, byte[] message)
    {
        while (true)
            await stream.WriteAsync(message);
    }
}
