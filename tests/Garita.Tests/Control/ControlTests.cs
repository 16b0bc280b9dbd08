using Garita.Control;
using Garita.Gateway;
using Garita.Gateway.Alarms;
using Garita.Gateway.Ledger;
using Garita.Gateway.Recipients;
using Garita.Gateway.Rules;
using Garita.Gateway.Settings;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Garita.Tests.Control;

public sealed class ControlTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("garita-control-").FullName;
    private FakeGateway _gateway = null!;

    public async ValueTask InitializeAsync() =>
        _gateway = new FakeGateway(await SqliteLedger.OpenAsync(_folder, new LedgerSettings(), TimeProvider.System, NullLoggerFactory.Instance));

    public async ValueTask DisposeAsync()
    {
        await _gateway.Ledger.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Status_comes_over_the_socket_and_the_socket_is_for_the_group_only()
    {
        await using var server = await ControlServer.StartAsync(_folder, _gateway, NullLoggerFactory.Instance);
        using var client = new ControlClient(_folder);
        var status = await client.GetAsync("/v1/status", ControlJson.Default.GatewayStatus);
        Assert.Equal("mx.example.com", status.Hostname);
        Assert.Equal(3, status.RuleHits["fcrdns reject"]);
        Assert.Equal(_gateway.Status().Alarms, status.Alarms);
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite,
            File.GetUnixFileMode(Path.Combine(_folder, ControlServer.SocketName)));
    }

    [Fact]
    public async Task Exceptions_are_made_checked_listed_and_removed_by_a_known_user()
    {
        await using var server = await ControlServer.StartAsync(_folder, _gateway, NullLoggerFactory.Instance);
        using var client = new ControlClient(_folder);
        var made = await client.PostAsync("/v1/exceptions", new ExceptionView { Client = "192.0.2.0/24", Rules = ["fcrdns"] }, ControlJson.Default.ExceptionView, ControlJson.Default.ExceptionView);
        Assert.Equal("192.0.2.0/24", Assert.Single(await client.GetAsync("/v1/exceptions", ControlJson.Default.IReadOnlyListExceptionView)).Client);
        Assert.Matches(@"^([^ ]+ )?\(\d+\)$", _gateway.LastAdministrator.Who);
        Assert.Equal("control.sock", _gateway.LastAdministrator.Where);
        await client.DeleteAsync("/v1/exceptions/" + made!.Id);
        var gone = await Assert.ThrowsAsync<ControlException>(() => client.DeleteAsync("/v1/exceptions/" + made.Id));
        Assert.Contains("no such exception", gone.Message, StringComparison.Ordinal);
        var wrong = await Assert.ThrowsAsync<ControlException>(() =>
            client.PostAsync("/v1/exceptions", new ExceptionView { Client = "192.0.2.0/24", Rules = ["relay"] }, ControlJson.Default.ExceptionView, ControlJson.Default.ExceptionView));
        Assert.Contains("relay cannot be excepted", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Recipients_are_read_anew_and_exported()
    {
        await using var server = await ControlServer.StartAsync(_folder, _gateway, NullLoggerFactory.Instance);
        using var client = new ControlClient(_folder);
        var results = await client.PostAsync("/v1/recipients/sync", new SyncRequest("acme", false), ControlJson.Default.SyncRequest, ControlJson.Default.IReadOnlyListSyncResult);
        Assert.Equal(new SyncResult("acme", false, 5, "it shrank"), Assert.Single(results!));
        Assert.Equal("control.sock", _gateway.LastAdministrator.Where);
        using var lines = new MemoryStream();
        await client.CopyAsync("/v1/recipients/export?tenant=acme", lines);
        Assert.Equal(0, lines.Length);
        var none = await Assert.ThrowsAsync<ControlException>(() => client.CopyAsync("/v1/recipients/export?tenant=x", lines));
        Assert.Contains("no such tenant", none.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_gateway_is_refused_and_a_dead_ones_socket_replaced()
    {
        var path = Path.Combine(_folder, ControlServer.SocketName);
        using (var dead = new System.Net.Sockets.Socket(System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Unspecified))
        {
            // Closing leaves no file behind, as .NET removes it; a killed process does not.
            dead.Bind(new System.Net.Sockets.UnixDomainSocketEndPoint(path));
            File.Move(path, path + ".kept");
        }

        File.Move(path + ".kept", path);
        await using var server = await ControlServer.StartAsync(_folder, _gateway, NullLoggerFactory.Instance);
        var problem = await Assert.ThrowsAsync<GatewayStartException>(() => ControlServer.StartAsync(_folder, _gateway, NullLoggerFactory.Instance));
        Assert.Contains("another garita is running", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_gateway_says_how_to_start_it()
    {
        using var client = new ControlClient(_folder);
        var problem = await Assert.ThrowsAsync<ControlException>(() => client.GetAsync("/v1/status", ControlJson.Default.GatewayStatus));
        Assert.Contains("garita serve", problem.Message, StringComparison.Ordinal);
    }

    private sealed class FakeGateway(ILedger ledger) : IGatewayActs
    {
        private readonly List<ExceptionRule> _exceptions = [];

        public Administrator LastAdministrator { get; private set; }

        public TimeProvider Time => TimeProvider.System;

        public ILedger Ledger => ledger;

        public IBanActs Bans => throw new NotSupportedException();

        public IQuarantineActs Quarantine => throw new NotSupportedException();

        public ISpoolActs Spool => throw new NotSupportedException();

        public GatewayStatus Status() =>
            new("0.1.0", "mx.example.com", DateTimeOffset.UnixEpoch, 1, 100, 5, 2, 3, 0, 0, 0, [], [], new Dictionary<string, long>(StringComparer.Ordinal) { ["fcrdns reject"] = 3 }, "calm")
            {
                Disclosures = [new Gateway.Counters.Harvest.DisclosureState("example.com", 7, 90, 3, 500, DateTimeOffset.UnixEpoch)],
                Alarms = [new AlarmNotice("1", DateTimeOffset.UnixEpoch, "mx.example.com", "backend-down", "acme", "down", "10.0.0.5:25", Over: false, 2)],
                MostTold = [new Gateway.Counters.Harvest.StrangerState("198.51.100.0/24", 4, 80)],
            };

        public Task<ReloadAnswer> ReloadAsync(Administrator administrator) => Task.FromResult(new ReloadAnswer(true, [], []));

        public IReadOnlyList<ExceptionRule> Exceptions() => _exceptions;

        public Task AddExceptionAsync(Administrator administrator, ExceptionRule exception)
        {
            LastAdministrator = administrator;
            _exceptions.Add(exception);
            return Task.CompletedTask;
        }

        public Task<bool> RemoveExceptionAsync(Administrator administrator, string id) => Task.FromResult(_exceptions.RemoveAll(exception => string.Equals(exception.Id, id, StringComparison.Ordinal)) > 0);

        public Task<RecipientView?> CheckRecipientAsync(string address) => Task.FromResult<RecipientView?>(null);

        public Task<IReadOnlyList<SyncResult>> SyncRecipientsAsync(Administrator administrator, SyncRequest request)
        {
            LastAdministrator = administrator;
            return Task.FromResult<IReadOnlyList<SyncResult>>([new SyncResult(request.Tenant ?? "acme", request.Force, 5, request.Force ? null : "it shrank")]);
        }

        public RecipientList? Recipients(string tenant) => tenant is "acme" ? RecipientList.Empty : null;

        public bool ForgetRecipient(Administrator administrator, string address) => false;
    }
}
