namespace Garita.Hardening.Firewall;

/// <summary>A chain of rules.</summary>
/// <param name="Family"><c>ip</c>, <c>ip6</c> or <c>inet</c>.</param>
/// <param name="Table">The table.</param>
/// <param name="Name">The name.</param>
/// <param name="Hook">Where packets enter it, or empty for one that others jump to.</param>
/// <param name="Priority">The order among those of one hook.</param>
/// <param name="DropsByDefault">Whether its policy is to drop.</param>
internal sealed record FilterChain(string Family, string Table, string Name, string Hook = "", int Priority = 0, bool DropsByDefault = false)
{
    /// <summary>Its rules, in order.</summary>
    public List<FilterRule> Rules { get; } = [];

    /// <summary>Whether it sees packets of a family.</summary>
    public bool Sees(bool isV6) => Family is "inet" || string.Equals(Family, isV6 ? "ip6" : "ip", StringComparison.Ordinal);

    public override string ToString() => $"{Family} {Table} {Name}";
}
