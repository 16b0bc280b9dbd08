using System.Net;

namespace Garita.Wall.Rulesets;

/// <summary>Where mail comes in.</summary>
/// <param name="Address">The address that is listened on; of <c>0.0.0.0</c> or <c>::</c> only the family counts.</param>
/// <param name="Port">The port.</param>
/// <param name="OnlyFrom">The balancers in front, who alone may come; empty: everybody may.</param>
public sealed record MailDoor(IPAddress Address, int Port, params IReadOnlyList<IPNetwork> OnlyFrom);
