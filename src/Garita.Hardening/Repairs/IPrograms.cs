using Garita.Hardening.Host;

namespace Garita.Hardening.Repairs;

/// <summary>Programs of the host that change it. <see cref="IHost"/> has those that only read.</summary>
public interface IPrograms
{
    /// <summary>Whether there is such a program.</summary>
    /// <param name="program">Its name.</param>
    bool Has(string program);

    /// <summary>Runs one, without a shell, without input, in the C locale.</summary>
    /// <param name="program">Its name.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="patience">After this it is ended.</param>
    /// <exception cref="RepairException">There is no such program, or it did not end.</exception>
    CommandResult Run(string program, IReadOnlyList<string> arguments, TimeSpan patience);
}
