namespace Garita.Fuzz;

/// <summary>All targets by name.</summary>
public static class Targets
{
    /// <summary>The targets, in the order in which they are listed.</summary>
    public static IReadOnlyList<IFuzzTarget> All { get; } =
    [
        new CommandTarget(),
        new PathTarget(),
        new DataTarget(),
        new ReplyTarget(),
        new HeaderTarget(),
        new ProxyTarget(),
        new LdapTarget(),
        new SpfTarget(),
        new DmarcTarget(),
        new SignatureTarget(),
        new MimeTarget(),
        .. OperatingSystem.IsLinux() ? [new WardenTarget()] : Array.Empty<IFuzzTarget>(),
    ];

    /// <summary>The target of a name, or null.</summary>
    public static IFuzzTarget? Find(string name) => All.FirstOrDefault(target => string.Equals(target.Name, name, StringComparison.Ordinal));
}
