using CustomerLifecycle.Tests.Shared;

namespace CustomerLifecycle.Architecture.Tests;

public class PublicApiTests
{
    public static TheoryData<string> Packages => House.HostPackages;

    /// <summary>A reviewer sees every change of surface as a difference of <c>PublicApiTests.Package.verified.txt</c>.</summary>
    [Theory]
    [MemberData(nameof(Packages))]
    public Task PublicApi_OfEachPackage_IsTheApprovedOne(string package) => Verifier.Verify(PublicSurface.Describe(Package.Named(package).Symbols()), method: package);
}
