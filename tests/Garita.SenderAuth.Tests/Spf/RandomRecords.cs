using CsCheck;

namespace Garita.SenderAuth.Tests.Spf;

/// <summary>Records that are mostly well formed, over a few names that refer to each other.</summary>
internal static class RandomRecords
{
    internal static readonly string[] Domains = ["a.example", "b.example", "c.example", "d.example", "gone.example"];

    private static readonly Gen<string> Domain = Gen.OneOf(Domains);

    private static readonly Gen<string> Qualifier = Gen.OneOf("", "", "+", "-", "~", "?");

    private static readonly Gen<string> Address = Gen.Select(Gen.OneOf("192.0.2.", "198.51.100."), Gen.Int[0, 3], static (network, host) => network + host.ToString(System.Globalization.CultureInfo.InvariantCulture));

    // The other implementation does not read "//".
    private static readonly Gen<string> Cidr = Gen.OneOf("", "", "", "/24", "/31", "/32", "/0");

    /// <summary>Terms without macros, which two implementations should read alike.</summary>
    internal static readonly Gen<string> PlainTerm = Gen.Frequency(
        (4, Gen.Select(Qualifier, Address, Gen.OneOf("", "/24", "/31", "/32", "/8"), static (q, address, cidr) => $"{q}ip4:{address}{cidr}")),
        (2, Gen.Select(Qualifier, Domain, Cidr, static (q, domain, cidr) => $"{q}a:{domain}{cidr}")),
        (2, Gen.Select(Qualifier, Domain, Cidr, static (q, domain, cidr) => $"{q}mx:{domain}{cidr}")),
        (2, Gen.Select(Qualifier, Domain, static (q, domain) => $"{q}include:{domain}")),
        (1, Gen.Select(Qualifier, Domain, static (q, domain) => $"{q}exists:{domain}")),
        (1, Gen.Select(Qualifier, Cidr, static (q, cidr) => $"{q}a{cidr}")),
        (1, Qualifier.Select(static q => $"{q}ip6:2001:db8::/32")),
        (1, Qualifier.Select(static q => $"{q}all")),
        (1, Domain.Select(static domain => $"redirect={domain}")));

    private static readonly Gen<string> OddTerm = Gen.Frequency(
        (4, Gen.String[Gen.OneOf("%{}slodipvhcrtr0129.-+,/_=:a mxpie\u0000\u00E4~\\\"".ToCharArray()), 0, 40]),
        (2, Gen.String[Gen.OneOf("%{}slodipvhr129.-+_".ToCharArray()), 0, 30].Select(static text => $"exists:{text}.example")),
        (2, Gen.OneOf("exists:%{ir}.%{v}.%{d2}", "exists:%{l1r-}.%{p}.example", "exp=%{d}", "exp=%{L}.%{S}.%{H}.example", "include:%{d1r}.example", "ptr", "ptr:%{o}", "mx:%{h}", "a//64", "mx/24//64", "a:%{d3}/0")),
        (1, Gen.String));

    // Never without terms: the other implementation takes that for no record.
    internal static readonly Gen<string> PlainRecord = PlainTerm.Array[1, 6].Select(static terms => string.Join(' ', (string[])["v=spf1", .. terms]));

    internal static readonly Gen<string> AnyRecord = Gen.Frequency((3, PlainTerm), (1, OddTerm)).Array[0, 14].Select(static terms => string.Join(' ', (string[])["v=spf1", .. terms]));

    /// <summary>A zone with a record for every domain but the last, which does not exist.</summary>
    internal static FakeDns Zone(IReadOnlyList<string> records)
    {
        var dns = new FakeDns().Ptr("192.0.2.1", "a.example", "host.b.example", "gone.example");
        for (var i = 0; i < Domains.Length - 1; i++)
        {
            dns.Txt(Domains[i], records[i]).A(Domains[i], $"192.0.2.{i}", $"198.51.100.{i}");
            dns.Mx(Domains[i], Domains[(i + 1) % 4], Domains[(i + 2) % 4]);
        }

        return dns;
    }
}
