namespace Garita.Hardening.Postfix;

/// <summary>A service of master.cf.</summary>
/// <param name="Name">Its name, as in <c>submission</c> or <c>127.0.0.1:25</c>.</param>
/// <param name="Type">inet, unix, pass …</param>
/// <param name="Chroot">As written: y, n or -.</param>
/// <param name="Command">The program.</param>
/// <param name="Overrides">What <c>-o</c> sets for it alone.</param>
internal sealed record PostfixService(string Name, string Type, string Chroot, string Command, IReadOnlyDictionary<string, string> Overrides)
{
    /// <summary>As postconf names it.</summary>
    public override string ToString() => $"{Name}/{Type}";
}
