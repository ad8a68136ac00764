using Microsoft.Extensions.DependencyInjection;

namespace CustomerLifecycle.Rules.Tests.Hosting;

public class AddRulesTests
{
    [Fact]
    public void AddRules_WithASchema_LoadsRulesOfIt()
    {
        var services = new ServiceCollection();
        services.AddSingleton<ISegmentLookup>(new SegmentTable([KeyValuePair.Create("vip", Rule.Parse("points > 1000").Value)]));
        services.AddCustomerLifecycle().AddRules(schema => schema.Attribute("points", RuleKind.Integer));
        using var provider = services.BuildServiceProvider();
        var loader = provider.GetRequiredService<RuleLoader>();

        Assert.True(loader.LoadText("points >= 1 and in segment 'vip'").IsLoaded);
        Assert.True(loader.LoadJson("""{"attr":"points","op":"eq","value":1}""").IsLoaded);
        Assert.Equal("points", Assert.Single(loader.LoadText("point >= 1").Problems).Suggestion);
    }
}
