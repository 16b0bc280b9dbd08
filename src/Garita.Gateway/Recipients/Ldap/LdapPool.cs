using System.Collections.Concurrent;
using Garita.Gateway.Settings;
using Garita.Protocols.Ldap;

namespace Garita.Gateway.Recipients.Ldap;

/// <summary>
/// A few connections for questions about one address. Who finds none free waits within the deadline, a bounded number of them; while no server answers
/// all are told so at once, so that no session waits for a directory that is down.
/// </summary>
internal sealed class LdapPool(LdapSettings settings, LdapServers servers, TimeProvider time) : IDisposable
{
    private const int MostWaiting = 200;
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    // A wrong password locks accounts: it is not tried with every message.
    private static readonly TimeSpan LockPause = TimeSpan.FromMinutes(5);

    private readonly ConcurrentStack<LdapConnection> _free = new();
    private readonly SemaphoreSlim _slots = new(settings.Connections);
    private readonly LdapFilter _filter = settings.LiveFilter ?? settings.Filter.WithAddressIn(settings.Attributes.Select(static attribute => (attribute, LdapAddress.PrefixIn(attribute))));
    private long _downUntil;
    private int _waiting;
    private volatile bool _isDisposed;

    /// <summary>Whether one of the addresses is in the directory.</summary>
    /// <param name="addresses">Addresses in UTF-8.</param>
    /// <exception cref="LdapException">It cannot be told.</exception>
    internal async Task<bool> AskAsync(IReadOnlyList<byte[]> addresses)
    {
        if (Volatile.Read(ref _downUntil) is var until and not 0 && time.GetTimestamp() < until)
            throw new LdapException(LdapFault.Connect, "no server answered lately");
        using var deadline = new CancellationTokenSource(settings.Timeout, time);
        try
        {
            await EnterAsync(deadline.Token).ConfigureAwait(false);
            try
            {
                return await AskAsync(addresses, deadline.Token).ConfigureAwait(false);
            }
            finally
            {
                _slots.Release();
            }
        }
        catch (OperationCanceledException)
        {
            Down(Pause);
            throw new LdapException(LdapFault.Timeout, "no answer in time");
        }
        catch (LdapException e)
        {
            if (e.Fault != LdapFault.Refused)
                Down(e.Fault == LdapFault.Credentials ? LockPause : Pause);
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _isDisposed = true;
        while (_free.TryPop(out var connection))
            connection.Dispose();
    }

    private async ValueTask EnterAsync(CancellationToken cancel)
    {
        if (_slots.Wait(0, CancellationToken.None))
            return;
        try
        {
            if (Interlocked.Increment(ref _waiting) > MostWaiting)
                throw new LdapException(LdapFault.Refused, "too many questions are waiting");
            await _slots.WaitAsync(cancel).ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    private async Task<bool> AskAsync(IReadOnlyList<byte[]> addresses, CancellationToken cancel)
    {
        while (Free() is { } kept)
        {
            try
            {
                return await AskAsync(kept, addresses, cancel).ConfigureAwait(false);
            }
            catch (LdapException e) when (e.Fault == LdapFault.Lost)
            {
                // The server ended a connection that was idle: the next one, or a new one, is asked.
            }
        }

        for (var attempt = 1; ; attempt++)
        {
            var connection = await servers.OpenAsync(cancel).ConfigureAwait(false);
            try
            {
                return await AskAsync(connection, addresses, cancel).ConfigureAwait(false);
            }
            catch (LdapException e) when (e.MayFailOver && attempt < servers.Count)
            {
                servers.Failed(connection.Server);
            }
        }
    }

    private async Task<bool> AskAsync(LdapConnection connection, IReadOnlyList<byte[]> addresses, CancellationToken cancel)
    {
        var isKept = false;
        try
        {
            var found = false;
            // Two, so that an alias on two entries is no error.
            var search = new LdapSearch { Base = settings.Base, Attributes = [], SizeLimit = 2, TimeLimit = (int)Math.Ceiling(settings.Timeout.TotalSeconds) };
            var end = await connection.SearchAsync(search, _filter, default, addresses, settings.Timeout, 2, _ => found = true, cancel).ConfigureAwait(false);
            isKept = true;
            if (end.Code == LdapResultCode.Success || (found && end.Code == LdapResultCode.SizeLimitExceeded))
            {
                Volatile.Write(ref _downUntil, 0);
                return found;
            }

            throw new LdapException(LdapFault.Refused, $"{connection.Server} refused the search: {LdapConnection.Describe(end)}");
        }
        finally
        {
            if (isKept && !_isDisposed)
                _free.Push(connection);
            else
                connection.Dispose();
            if (_isDisposed)
                Dispose();
        }
    }

    private LdapConnection? Free()
    {
        while (_free.TryPop(out var connection))
        {
            if (!connection.IsBroken && time.GetElapsedTime(connection.LastUsed) < Idle)
                return connection;
            connection.Dispose();
        }

        return null;
    }

    private void Down(TimeSpan pause) => Volatile.Write(ref _downUntil, time.GetTimestamp() + (long)(pause.TotalSeconds * time.TimestampFrequency));
}
