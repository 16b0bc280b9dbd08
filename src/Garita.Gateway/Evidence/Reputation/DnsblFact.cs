namespace Garita.Gateway.Evidence.Reputation;

/// <summary>What the lists say of a client.</summary>
/// <param name="Sum">The weights of the lists it is on.</param>
/// <param name="Listings">These lists.</param>
/// <param name="Silent">Lists that did not answer in time, or refuse to.</param>
public sealed record DnsblFact(double Sum, IReadOnlyList<DnsblListing> Listings, IReadOnlyList<string> Silent)
{
    /// <summary>Nobody was asked, or nobody knows it.</summary>
    public static DnsblFact None { get; } = new(0, [], []);
}

/// <summary>One list that has the client.</summary>
/// <param name="Zone">The list.</param>
/// <param name="Weight">What it counts.</param>
/// <param name="Answer">Its answer, an address whose meaning the list defines.</param>
public readonly record struct DnsblListing(string Zone, double Weight, string Answer);
