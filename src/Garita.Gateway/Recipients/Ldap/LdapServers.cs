using Garita.Gateway.Settings;

namespace Garita.Gateway.Recipients.Ldap;

/// <summary>A tenant's directory servers: the first that works is used, one that failed comes last for half a minute.</summary>
internal sealed class LdapServers(LdapSettings settings, TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(30);

    private readonly long[] _failed = new long[settings.Servers.Count];

    internal int Count => settings.Servers.Count;

    /// <summary>Opens a connection to the first server that lets us in.</summary>
    /// <exception cref="LdapException">None does.</exception>
    internal async Task<LdapConnection> OpenAsync(CancellationToken cancel)
    {
        List<string> problems = [];
        LdapException? last = null;
        foreach (var i in Enumerable.Range(0, settings.Servers.Count).OrderBy(HasFailed))
        {
            try
            {
                var connection = await LdapConnection.OpenAsync(settings, settings.Servers[i], time, cancel).ConfigureAwait(false);
                Volatile.Write(ref _failed[i], 0);
                return connection;
            }
            catch (LdapException e) when (e.MayFailOver)
            {
                Volatile.Write(ref _failed[i], time.GetTimestamp());
                problems.Add(e.Message);
                last = e;
            }
        }

        throw new LdapException(last?.Fault ?? LdapFault.Settings, string.Join("; ", problems), last);
    }

    /// <summary>A server broke off in the middle: the others come first for a while.</summary>
    internal void Failed(LdapServer server)
    {
        for (var i = 0; i < settings.Servers.Count; i++)
        {
            if (settings.Servers[i] == server)
                Volatile.Write(ref _failed[i], time.GetTimestamp());
        }
    }

    private bool HasFailed(int server) => Volatile.Read(ref _failed[server]) is var at and not 0 && time.GetElapsedTime(at) < Pause;
}
