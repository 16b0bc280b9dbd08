using System.Security.Cryptography;
using System.Text;
using Garita.Gateway.Settings;
using Garita.Protocols.Ldap;

namespace Garita.Gateway.Recipients.Ldap;

/// <summary>What kept a look at a directory from its end.</summary>
public enum LdapTrouble : byte
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>No connection, or it broke.</summary>
    Connection,

    /// <summary>No TLS, or none that can be believed.</summary>
    Tls,

    /// <summary>Wrong name or password.</summary>
    Credentials,

    /// <summary>The password or the CA file cannot be read here.</summary>
    Files,

    /// <summary>The server said no.</summary>
    Refused,
}

/// <summary>What a look at a directory showed; texts are safe to print.</summary>
/// <param name="Server">Which server.</param>
/// <param name="Trouble">What was wrong.</param>
/// <param name="Problem">The same in words; empty for nothing.</param>
/// <param name="HasAnybody">Whether the reader sees any recipient.</param>
/// <param name="FindsNobody">Whether it finds an address that cannot exist.</param>
/// <param name="FindsAddress">Whether it finds the address that was given; null: none was.</param>
public sealed record LdapView(LdapServer Server, LdapTrouble Trouble, string Problem, bool HasAnybody = false, bool FindsNobody = false, bool? FindsAddress = null);

/// <summary>Looks at each server of a directory once, as the gateway would use it: TLS, bind, and searches for one entry each.</summary>
public static class LdapLook
{
    /// <summary>Looks.</summary>
    /// <param name="settings">The directory.</param>
    /// <param name="domain">A domain of ours.</param>
    /// <param name="address">An address that must be in it; null for none.</param>
    /// <param name="time">The clock.</param>
    public static async Task<IReadOnlyList<LdapView>> LookAsync(LdapSettings settings, string domain, string? address, TimeProvider time)
    {
        var views = new List<LdapView>();
        foreach (var server in settings.Servers)
            views.Add(await LookAsync(settings, server, domain, address, time).ConfigureAwait(false));
        return views;
    }

    private static async Task<LdapView> LookAsync(LdapSettings settings, LdapServer server, string domain, string? address, TimeProvider time)
    {
        // For connecting, TLS, bind and three searches.
        using var deadline = new CancellationTokenSource(6 * settings.Timeout, time);
        try
        {
            using var connection = await LdapConnection.OpenAsync(settings, server, time, deadline.Token).ConfigureAwait(false);
            var live = settings.LiveFilter ?? settings.Filter.WithAddressIn(settings.Attributes.Select(static attribute => (attribute, LdapAddress.PrefixIn(attribute))));
            Task<bool> FindsAsync(LdapFilter filter, string? wanted) => SearchAsync(connection, settings, filter, wanted is null ? [] : [Encoding.UTF8.GetBytes(wanted)], deadline.Token);
            var anybody = await FindsAsync(settings.Filter, null).ConfigureAwait(false);
            var nobody = await FindsAsync(live, $"garita-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}@{domain}").ConfigureAwait(false);
            return new LdapView(server, LdapTrouble.None, "", anybody, nobody, address is null ? null : await FindsAsync(live, address).ConfigureAwait(false));
        }
        catch (LdapException problem)
        {
            return new LdapView(server, problem.Fault switch
            {
                LdapFault.Tls => LdapTrouble.Tls,
                LdapFault.Credentials => LdapTrouble.Credentials,
                LdapFault.Settings => LdapTrouble.Files,
                LdapFault.Refused => LdapTrouble.Refused,
                _ => LdapTrouble.Connection,
            }, problem.Message);
        }
        catch (OperationCanceledException)
        {
            return new LdapView(server, LdapTrouble.Connection, $"{server} did not answer in time");
        }
    }

    private static async Task<bool> SearchAsync(LdapConnection connection, LdapSettings settings, LdapFilter filter, IReadOnlyList<byte[]> addresses, CancellationToken cancel)
    {
        var found = false;
        var search = new LdapSearch { Base = settings.Base, Attributes = [], SizeLimit = 1, TimeLimit = (int)Math.Ceiling(settings.Timeout.TotalSeconds) };
        var end = await connection.SearchAsync(search, filter, default, addresses, settings.Timeout, 2, _ => found = true, cancel).ConfigureAwait(false);
        if (end.Code == LdapResultCode.Success || (found && end.Code == LdapResultCode.SizeLimitExceeded))
            return found;
        throw new LdapException(LdapFault.Refused, $"{connection.Server} refused the search: {LdapConnection.Describe(end)}{(end.Code == LdapResultCode.NoSuchObject ? "; is the base right?" : "")}");
    }
}
