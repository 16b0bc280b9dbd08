using System.Globalization;
using Garita.Gateway.Settings;
using Garita.Protocols.Ldap;

namespace Garita.Gateway.Recipients.Ldap;

/// <summary>Reads all recipients of a directory, page by page (RFC 2696). A server that breaks off in the middle is begun anew at the next one: half a reading is none.</summary>
internal static class LdapReading
{
    /// <summary>Entries of one page; Active Directory gives no more than 1,000.</summary>
    internal const int PageSize = 1000;

    private const int MostCuts = 100_000;
    private const int MostPages = 20_000;
    private const int MostAddresses = 10_000_000;
    private static readonly LdapFilter Anything = LdapFilter.Parse("(objectClass=*)");
    private static readonly TimeSpan PageTime = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan WholeTime = TimeSpan.FromMinutes(30);

    /// <summary>What was read.</summary>
    /// <param name="List">The addresses.</param>
    /// <param name="Server">Where.</param>
    /// <param name="Entries">Entries seen.</param>
    /// <param name="LeftOut">Values that are no addresses of the tenant.</param>
    internal sealed record Result(RecipientList List, LdapServer Server, int Entries, int LeftOut);

    /// <summary>An attribute of which an entry did not give all values.</summary>
    private sealed record Cut(string Entry, string Attribute, int Next);

    /// <summary>Reads.</summary>
    /// <param name="servers">The servers.</param>
    /// <param name="settings">What to read.</param>
    /// <param name="caseSensitive">Whether local parts compare exactly.</param>
    /// <param name="domains">The tenant's domains; addresses elsewhere are left out.</param>
    /// <param name="expectedOctets">Size of the last reading, so that nothing need grow.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancel">The caller gives up.</param>
    /// <exception cref="LdapException">It could not be read whole.</exception>
    internal static async Task<Result> ReadAsync(
        LdapServers servers, LdapSettings settings, bool caseSensitive, IReadOnlyCollection<string> domains, int expectedOctets, TimeProvider time, CancellationToken cancel)
    {
        using var deadline = new CancellationTokenSource(WholeTime, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancel);
        try
        {
            for (var attempt = 1; ; attempt++)
            {
                using var connection = await servers.OpenAsync(both.Token).ConfigureAwait(false);
                try
                {
                    return await ReadAsync(connection, settings, new AddressTaker(new RecipientList.Builder(caseSensitive, expectedOctets), domains), both.Token).ConfigureAwait(false);
                }
                catch (LdapException e) when (e.MayFailOver && attempt < servers.Count)
                {
                    servers.Failed(connection.Server);
                }
            }
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new LdapException(LdapFault.Timeout, "the whole reading took longer than 30 min");
        }
    }

    private static async Task<Result> ReadAsync(LdapConnection connection, LdapSettings settings, AddressTaker taker, CancellationToken cancel)
    {
        var search = new LdapSearch { Base = settings.Base, Attributes = settings.Attributes, PageSize = PageSize };
        ReadOnlyMemory<byte> cookie = default;
        List<Cut> cuts = [];
        var (entries, leftOut) = (0, 0);
        for (var page = 0; page < MostPages; page++)
        {
            // Sockets complete inline: one page, and no more, is taken in on the thread that polls them.
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            var end = await connection.SearchAsync(search, settings.Filter, cookie, [], PageTime, PageSize, Take, cancel).ConfigureAwait(false);
            if (end.Code != LdapResultCode.Success)
                throw new LdapException(LdapFault.Refused, $"{connection.Server} ended the reading after {entries.ToString(CultureInfo.InvariantCulture)} entries: {LdapConnection.Describe(end)}{Advice(end.Code)}");
            if (end.Cookie is not { IsEmpty: false } next)
            {
                foreach (var cut in cuts)
                    await ReadRestAsync(connection, cut, TakeValues, cancel).ConfigureAwait(false);
                return new Result(taker.List.Build(), connection.Server, entries, leftOut);
            }

            cookie = next;
        }

        throw new LdapException(LdapFault.Garbage, $"{connection.Server} sent pages without end");

        void Take(LdapResponse entry)
        {
            entries++;
            foreach (var attribute in entry.Attributes)
            {
                TakeValues(attribute);
                if (!LdapRange.IsIn(attribute.Options))
                    continue;
                if (cuts.Count == MostCuts || !LdapRange.TryRead(attribute.Options, out var range) || range.From != 0)
                    throw new LdapException(LdapFault.Garbage, $"{connection.Server} sent ranges of values that make no sense");
                if (range.To is { } last)
                    cuts.Add(new Cut(entry.Name, attribute.Name, last + 1));
            }
        }

        void TakeValues(LdapAttribute attribute)
        {
            foreach (var value in attribute.Values)
            {
                if (LdapAddress.Of(value.Span) is var address && (address.IsEmpty || taker.Take(address) is not null))
                    leftOut++;
            }

            if (taker.List.Count > MostAddresses)
                throw new LdapException(LdapFault.Garbage, $"{connection.Server} sent more than 10,000,000 addresses");
        }
    }

    // MS-ADTS 3.1.1.3.1.3.3: what an answer had no room for is asked for at the entry itself, range by range.
    private static async Task ReadRestAsync(LdapConnection connection, Cut cut, Action<LdapAttribute> take, CancellationToken cancel)
    {
        for (int? next = cut.Next; next is { } from;)
        {
            next = null;
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            var search = new LdapSearch { Base = cut.Entry, IsBaseOnly = true, Attributes = [LdapRange.Ask(cut.Attribute, from)] };
            var end = await connection.SearchAsync(search, Anything, default, [], PageTime, 1, TakeRange, cancel).ConfigureAwait(false);
            // It was taken away meanwhile.
            if (end.Code == LdapResultCode.NoSuchObject)
                return;
            if (end.Code != LdapResultCode.Success)
                throw new LdapException(LdapFault.Refused, $"{connection.Server} refused the values from {from.ToString(CultureInfo.InvariantCulture)} on of an entry: {LdapConnection.Describe(end)}");

            void TakeRange(LdapResponse entry)
            {
                foreach (var attribute in entry.Attributes.Where(attribute => LdapRange.IsIn(attribute.Options) && attribute.Name.Equals(cut.Attribute, StringComparison.OrdinalIgnoreCase)))
                {
                    if (next is not null || !LdapRange.TryRead(attribute.Options, out var range) || range.From != from)
                        throw new LdapException(LdapFault.Garbage, $"{connection.Server} sent ranges of values that make no sense");
                    take(attribute);
                    next = range.To + 1;
                }
            }
        }
    }

    private static string Advice(LdapResultCode code) => code switch
    {
        LdapResultCode.SizeLimitExceeded or LdapResultCode.AdminLimitExceeded => "; give the reader a higher limit there (OpenLDAP: limits dn.exact=\"…\" size.prtotal=unlimited)",
        LdapResultCode.NoSuchObject => "; is base right?",
        LdapResultCode.UnavailableCriticalExtension => "; the server cannot page (RFC 2696)",
        _ => "",
    };
}
